package dev.rehome.move.crash;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Collectors;

/** Stack traces as text, without the driver's and the platform's part, and cut. */
final class Traces {
    private static final int LINES = 40;

    private Traces() {}

    static String of(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString()
                .lines()
                .filter(line -> !line.contains("at org.postgresql") && !line.contains("java.base"))
                .limit(LINES)
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
