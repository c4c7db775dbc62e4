package dev.rehome.move.crash;

import dev.rehome.move.crash.CrashPoint.Column;
import dev.rehome.move.crash.CrashPoint.End;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.move.crash.CrashPoint.Site;
import dev.rehome.move.crash.CrashScene.Result;
import dev.rehome.placement.Tier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the statements of moves: for n = 1, 2, 3, … the n-th one goes wrong, somebody takes the move over, and R1 to R9
 * hold afterwards, under writers; until a move ends without having reached n. Used by one thread.
 */
final class CrashMatrix implements AutoCloseable {
    /** Enough undisturbed ends in a row: how many statements a move takes varies with what is written meanwhile. */
    private static final int UNREACHED = 2;

    private static final String NEXT_LINE = System.lineSeparator() + "  ";
    /** Worth a line: somebody may have waited for what nobody would do. */
    private static final Duration SLOW = Duration.ofSeconds(20);

    private static final Duration LONGEST_RUN = Duration.ofMinutes(4);

    private final Consumer<String> out;
    private final long beganAll = System.nanoTime();
    private final Map<String, int[]> tally = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private @Nullable CrashScene scene;
    private int runs;

    /** @param out is told how far it is, and each failure as it comes */
    CrashMatrix(Consumer<String> out) {
        this.out = out;
    }

    /** The six directions, in pairs of there and back, so that the tenant goes to and fro. */
    static List<Column> columns(Manner manner, End end) {
        List<Column> columns = new ArrayList<>();
        for (Tier from : Tier.values()) {
            for (Tier to : Tier.values()) {
                if (from.compareTo(to) < 0) {
                    Column there = new Column(from, to, manner, end);
                    columns.add(there);
                    columns.add(there.back());
                }
            }
        }
        return columns;
    }

    /**
     * Runs a column to its end.
     *
     * @param first the first point, to go on where an earlier run was stopped
     * @param stride 1 for all points
     */
    void enumerate(Column column, Fault fault, int first, int stride) throws SQLException {
        int unreached = 0;
        int last = 0;
        for (int n = first; unreached < UNREACHED; n += stride) {
            Result result = run(new CrashPoint(column, fault, Site.at(n)));
            unreached = result.reached() ? 0 : unreached + 1;
            last = Math.max(last, result.statements());
            if (n % 10 == 0 || unreached > 0) {
                out.accept(progress(column + "/" + fault, n, last));
            }
        }
    }

    /** Where a move of this column can go wrong, as an undisturbed one shows: each statement by its words, once or twice. */
    List<Site> sites(Column column) throws SQLException {
        List<Site> sites = new ArrayList<>();
        run(new CrashPoint(column, Fault.KILLED, Site.NOWHERE)).seen().forEach((words, times) -> {
            sites.add(new Site(1, words));
            if (times > 1) {
                sites.add(new Site(1 + times / 2, words));
            }
        });
        return sites;
    }

    private String progress(String what, int n, int last) {
        double seconds = (System.nanoTime() - beganAll) / 1e9;
        return String.format(
                "%s: %d of about %d; %d runs in %.0f s, %.2f runs/s, %d failures",
                what, n, last, runs, seconds, runs / seconds, failures.size());
    }

    /** Runs one point. */
    Result run(CrashPoint point) throws SQLException {
        long began = System.nanoTime();
        Result result = runWithin(point);
        if (!result.reached() && result.problems().isEmpty() && point.isOfFirstDatabase()) {
            scene(point.column()).forgetTemplates();
            result = runWithin(point);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (took.compareTo(SLOW) > 0) {
            out.accept("took " + took.toSeconds() + " s: " + point + " at " + result.struck());
        }
        runs++;
        int[] counts = tally.computeIfAbsent(point.column() + "/" + point.fault(), key -> new int[3]);
        counts[0] += result.reached() ? 1 : 0;
        counts[1]++;
        if (!result.problems().isEmpty()) {
            counts[2]++;
            String failure = point + " in " + result.phase() + " at: " + result.struck() + NEXT_LINE
                    + String.join(NEXT_LINE, result.problems())
                    + "\n  replay: mvn -q test -Dtest=CrashMatrixTest -Dcrash='"
                    + point + "'";
            failures.add(failure);
            out.accept("FAILED " + failure);
            abandon();
        }
        return result;
    }

    private Result runWithin(CrashPoint point) throws SQLException {
        CrashScene used = scene(point.column());
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(used.run(point));
                    } catch (Exception | Error e) {
                        result.completeExceptionally(e);
                    }
                },
                "crash-point");
        thread.start();
        try {
            return result.get(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return broken("the run itself failed: " + Traces.of(e));
        } catch (TimeoutException e) {
            StringBuilder stacks = new StringBuilder("did not end within " + LONGEST_RUN);
            Thread.getAllStackTraces().forEach((each, stack) -> {
                if (each == thread || each.getName().startsWith("rehome")) {
                    stacks.append("\n    ").append(each);
                    for (StackTraceElement line : stack) {
                        stacks.append("\n      ").append(line);
                    }
                }
            });
            return broken(stacks.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return broken("interrupted");
        }
    }

    private static Result broken(String problem) {
        return new Result(true, 0, Map.of(), null, "?", List.of(problem));
    }

    private CrashScene scene(Column column) throws SQLException {
        CrashScene known = scene;
        if (known == null) {
            known = new CrashScene(column.from());
            scene = known;
        }
        return known;
    }

    /** After a failure the tenant may be anywhere: the next point begins with another one. Nothing is closed: it would fail. */
    private void abandon() {
        scene = null;
    }

    List<String> failures() {
        return failures;
    }

    int runs() {
        return runs;
    }

    /** By column and fault: points, runs, failures, as a table. */
    String table() {
        StringBuilder table =
                new StringBuilder("| move | fault | points | runs | failures |\n| --- | --- | ---: | ---: | ---: |\n");
        tally.forEach((key, counts) -> {
            int slash = key.lastIndexOf('/');
            table.append("| ")
                    .append(key, 0, slash)
                    .append(" | ")
                    .append(key.substring(slash + 1))
                    .append(" | ")
                    .append(counts[0])
                    .append(" | ")
                    .append(counts[1])
                    .append(" | ")
                    .append(counts[2])
                    .append(" |\n");
        });
        return table.toString();
    }

    @Override
    public void close() throws SQLException {
        if (scene != null) {
            scene.close();
        }
    }
}
