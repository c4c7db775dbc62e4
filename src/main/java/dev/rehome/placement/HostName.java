package dev.rehome.placement;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A host name as DNS spells it, in lower case, or one label of one: letters, digits and hyphens. Immutable. */
public record HostName(String value) {
    private static final int MAXIMUM_LENGTH = 253;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern SPELLING = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    public HostName {
        if (!isSpelledRight(value)) {
            throw new IllegalArgumentException("not a host name");
        }
    }

    /**
     * Reads what came with a request: a dot at the end, as a fully qualified name may have, is dropped. Names in other
     * alphabets come in their {@code xn--} form. Empty if it is no host name.
     */
    public static Optional<HostName> parse(String text) {
        if (text.length() > MAXIMUM_LENGTH + 1) {
            return Optional.empty();
        }
        String name = (text.endsWith(".") ? text.substring(0, text.length() - 1) : text).toLowerCase(Locale.ROOT);
        return isSpelledRight(name) ? Optional.of(new HostName(name)) : Optional.empty();
    }

    /** What stands before the domain, if it is one label: {@code acme} of {@code acme.shop.example} in {@code shop.example}. */
    public Optional<HostName> labelIn(HostName domain) {
        String end = "." + domain.value;
        return value.endsWith(end) ? label(value.substring(0, value.length() - end.length())) : Optional.empty();
    }

    public boolean isIn(HostName domain) {
        return value.equals(domain.value) || value.endsWith("." + domain.value);
    }

    private static Optional<HostName> label(String text) {
        return text.indexOf('.') < 0 ? Optional.of(new HostName(text)) : Optional.empty();
    }

    private static boolean isSpelledRight(String name) {
        return name.length() <= MAXIMUM_LENGTH && SPELLING.matcher(name).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
