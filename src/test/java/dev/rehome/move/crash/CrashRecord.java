package dev.rehome.move.crash;

import dev.rehome.move.crash.CrashScene.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A file with a line for each run, so that a matrix can be gone through in several sittings. A line has what came of it, and the
 * point: {@code held}, {@code FAILED}, or {@code unreached} where the move ended before its statement. Used by one thread.
 */
final class CrashRecord {
    private static final String HELD = "held";
    private static final String FAILED = "FAILED";
    private static final String UNREACHED = "unreached";

    private final Path file;
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    private CrashRecord(Path file) {
        this.file = file;
    }

    /** Reads what there is; a line that a killed process has not finished is run again. */
    static CrashRecord open(Path file) throws IOException {
        CrashRecord runs = new CrashRecord(file);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int tab = line.indexOf('\t');
                if (tab > 0) {
                    runs.outcomes.put(line.substring(tab + 1), line.substring(0, tab));
                }
            }
        }
        return runs;
    }

    boolean has(CrashPoint point) {
        return outcomes.containsKey(point.toString());
    }

    void add(CrashPoint point, Result result) throws IOException {
        String outcome = !result.problems().isEmpty() ? FAILED : result.reached() ? HELD : UNREACHED;
        outcomes.put(point.toString(), outcome);
        Files.writeString(
                file,
                outcome + "\t" + point + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** By column: different statements, runs that reached theirs, runs in all, failures, and of which faults. */
    String table() {
        Map<String, Map<String, Integer>> columns = new TreeMap<>();
        Map<String, Set<String>> words = new TreeMap<>();
        outcomes.forEach((text, outcome) -> {
            CrashPoint point = CrashPoint.parse(text);
            String column = point.column().toString();
            Map<String, Integer> counts = columns.computeIfAbsent(column, key -> new TreeMap<>());
            counts.merge(outcome, 1, Integer::sum);
            counts.merge(point.fault().name(), 1, Integer::sum);
            words.computeIfAbsent(column, key -> new HashSet<>())
                    .add(point.site().words());
        });
        StringBuilder table = new StringBuilder("| column | statements | runs | unreached | failures |");
        for (Fault fault : Fault.values()) {
            table.append(' ').append(fault).append(" |");
        }
        table.append("\n| --- | ---: | ---: | ---: | ---: |")
                .append(" ---: |".repeat(Fault.values().length))
                .append('\n');
        columns.forEach((column, counts) -> {
            int held = counts.getOrDefault(HELD, 0);
            int failed = counts.getOrDefault(FAILED, 0);
            int unreached = counts.getOrDefault(UNREACHED, 0);
            table.append("| `%s` | %d | %d | %d | %d |"
                    .formatted(
                            column,
                            words.getOrDefault(column, Set.of()).size(),
                            held + failed + unreached,
                            unreached,
                            failed));
            for (Fault fault : Fault.values()) {
                table.append(' ').append(counts.getOrDefault(fault.name(), 0)).append(" |");
            }
            table.append('\n');
        });
        return table.toString();
    }
}
