package dev.rehome.dashboard;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address of the API. Immutable.
 *
 * @param method GET, or POST for what changes something
 * @param pattern the path below {@code /api/v1}, such as {@code /moves/{move}}
 * @param who may ask
 */
record Route(String method, String pattern, Audience who, Handler handler) {

    /** Who may ask. */
    enum Audience {
        ANYBODY,
        VIEWER,
        OPERATOR
    }

    /** Answers. */
    @FunctionalInterface
    interface Handler {
        /** Returns what is written as JSON; null if the answer has been begun and is somebody else's to end. */
        @Nullable
        Object answer(Call call) throws IOException;
    }

    static Route get(String pattern, Handler handler) {
        return new Route("GET", pattern, Audience.VIEWER, handler);
    }

    static Route post(String pattern, Handler handler) {
        return new Route("POST", pattern, Audience.OPERATOR, handler);
    }

    /** What stands for the names in the pattern, if the path is one of this route's. */
    Optional<Map<String, String>> match(String path) {
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") && !given[i].isEmpty()) {
                values.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    @Override
    public String toString() {
        return method + " " + pattern;
    }
}
