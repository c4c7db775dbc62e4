package dev.rehome.config;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A single value of the file.
 *
 * @param text with the environment's values put in
 * @param quoted whether the file says that this is a text; a value from the environment can be anything
 */
record Scalar(String text, boolean quoted) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?})?");

    /**
     * Replaces <code>${NAME}</code> and <code>${NAME:default}</code>. What the environment gives is not looked through again.
     *
     * @throws IllegalArgumentException if a variable without a default is not set, or the text cannot be read
     */
    static Scalar expand(String raw, boolean quoted, UnaryOperator<@Nullable String> environment) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = VARIABLE.matcher(raw);
        boolean expanded = false;
        while (matcher.find()) {
            String name = matcher.group(1);
            if (name == null) {
                throw new IllegalArgumentException("has ${ without the name of a variable and }");
            }
            String value = environment.apply(name);
            value = value == null ? matcher.group(2) : value;
            if (value == null) {
                throw new IllegalArgumentException("needs the environment variable " + name
                        + ", which is not set; set it, or write ${" + name + ":default}");
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
            expanded = true;
        }
        return new Scalar(matcher.appendTail(text).toString(), quoted && !expanded);
    }
}
