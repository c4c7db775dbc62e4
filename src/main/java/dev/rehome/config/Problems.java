package dev.rehome.config;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a file, collected so that all of it is reported at once. Not thread-safe. */
final class Problems {
    private record Problem(int line, String text) {}

    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    /** @param line counted from 1 */
    void add(int line, String path, String problem) {
        problems.add(new Problem(line, "line " + line + ": " + path + " " + problem));
    }

    /** @throws RehomeException (CONFIGURATION) with every problem in the order of the lines, if there is any */
    void throwIfAny() {
        if (problems.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(file)
                .append(problems.size() == 1 ? " has a problem:" : " has " + problems.size() + " problems:");
        problems.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .forEach(problem -> message.append("\n  ").append(problem.text()));
        throw new RehomeException(
                ErrorKind.CONFIGURATION,
                message.append("\nCorrect the file and start again.").toString());
    }
}
