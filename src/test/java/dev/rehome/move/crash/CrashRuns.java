package dev.rehome.move.crash;

import dev.rehome.move.crash.CrashPoint.Column;
import dev.rehome.move.crash.CrashPoint.End;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.move.crash.CrashPoint.Site;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.logging.LogManager;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The full crash matrix:
 * {@code mvn -q -Pbench test-compile exec:java -Dexec.mainClass=dev.rehome.move.crash.CrashRuns}. Arguments: {@code only=REGEX}
 * chooses columns such as {@code SHARED-SCHEMA/BESIDE/DONE/KILLED}; {@code first=N} begins there; {@code stride=N} takes every
 * n-th point; {@code sample=N seed=S} takes N of each column's different statements; or points in full.
 */
public final class CrashRuns {
    /** A process takes a second or two to start. */
    private static final int STRIDE_OF_PROCESSES = 20;
    /** What differs from another column only in who goes on, or in how many copy. */
    private static final int STRIDE_OF_VARIANTS = 5;

    private static final List<Fault> FAULTS = List.of(Fault.values());

    private CrashRuns() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        try (InputStream logging = CrashRuns.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(logging);
        }
        Pattern only = Pattern.compile(".*");
        int first = 1;
        int stride = 1;
        int sample = 0;
        long seed = 1;
        List<CrashPoint> points = new ArrayList<>();
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            if (argument.startsWith("only=")) {
                only = Pattern.compile(value);
            } else if (argument.startsWith("first=")) {
                first = Integer.parseInt(value);
            } else if (argument.startsWith("stride=")) {
                stride = Integer.parseInt(value);
            } else if (argument.startsWith("sample=")) {
                sample = Integer.parseInt(value);
            } else if (argument.startsWith("seed=")) {
                seed = Long.parseLong(value);
            } else {
                points.add(CrashPoint.parse(argument));
            }
        }
        CrashMatrix matrix = new CrashMatrix(System.out::println);
        for (CrashPoint point : points) {
            System.out.println(point + " " + matrix.run(point));
        }
        if (sample > 0) {
            sample(matrix, only, sample, new Random(seed));
        } else if (points.isEmpty()) {
            enumerate(matrix, only, first, stride);
            System.out.println(matrix.table());
        }
        System.out.println(matrix.runs() + " runs, " + matrix.failures().size() + " failures");
        matrix.failures().forEach(System.out::println);
        // Ends the servers, too, which would otherwise live as long as Maven's process.
        System.exit(matrix.failures().isEmpty() ? 0 : 1);
    }

    private static void enumerate(CrashMatrix matrix, Pattern only, int first, int stride) throws SQLException {
        List<CrashPoint> beginnings = columns().stream()
                .flatMap(column -> Stream.of(Fault.values())
                        .map(fault -> new CrashPoint(column, fault, Site.at(first)))
                        .filter(point -> only.matcher(point.column() + "/" + point.fault())
                                .find()))
                .toList();
        long began = System.nanoTime();
        for (int done = 0; done < beginnings.size(); done++) {
            CrashPoint each = beginnings.get(done);
            matrix.enumerate(each.column(), each.fault(), first, stride * strideOf(each));
            double hours = (System.nanoTime() - began) / 3.6e12;
            System.out.printf(
                    "%d of %d columns in %.2f h, about %.1f h left%n",
                    done + 1, beginnings.size(), hours, hours / (done + 1) * (beginnings.size() - done - 1));
        }
    }

    private static int strideOf(CrashPoint point) {
        if (point.fault() == Fault.SIGKILL) {
            return STRIDE_OF_PROCESSES;
        }
        return point.fault() == Fault.RETRIED || point.column().manner() == Manner.TOGETHER ? STRIDE_OF_VARIANTS : 1;
    }

    /** Some of the statements that differ, of each column, with any fault. */
    private static void sample(CrashMatrix matrix, Pattern only, int perColumn, Random random) throws SQLException {
        for (Column column : columns()) {
            if (only.matcher(column.toString()).find()) {
                List<Site> sites = matrix.sites(column);
                Collections.shuffle(sites, random);
                for (Site site : sites.subList(0, Math.min(perColumn, sites.size()))) {
                    Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
                    matrix.run(new CrashPoint(column, fault, site));
                }
                System.out.println(column + ": " + sites.size() + " sites; " + matrix.runs() + " runs, "
                        + matrix.failures().size() + " failures");
            }
        }
        System.out.println(matrix.table());
    }

    private static List<Column> columns() {
        return Stream.of(
                        CrashMatrix.columns(Manner.BESIDE, End.DONE),
                        CrashMatrix.columns(Manner.FENCED, End.DONE),
                        CrashMatrix.columns(Manner.BESIDE, End.ROLLED_BACK),
                        CrashMatrix.columns(Manner.BESIDE, End.CANCELLED),
                        CrashMatrix.columns(Manner.TOGETHER, End.DONE))
                .flatMap(List::stream)
                .toList();
    }
}
