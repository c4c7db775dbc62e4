package dev.rehome.move.crash;

import dev.rehome.move.crash.CrashPoint.Column;
import dev.rehome.move.crash.CrashPoint.End;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.move.crash.CrashPoint.Site;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.logging.LogManager;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The crash matrix at full length:
 * {@code mvn -q -Pbench test-compile exec:java -Dexec.mainClass=dev.rehome.move.crash.CrashRuns}. By itself it takes each
 * <em>different</em> statement of each column, at its first occurrence and in the middle of them; with {@code every=statement}
 * each statement by its number, repetitions included. Arguments:
 *
 * <ul>
 *   <li>{@code record=FILE} keeps a line for each run there, and skips those that it has: a run can be stopped and gone on with.
 *   <li>{@code part=2/3} the second of three shares, for as many processes or machines, each with a record of its own.
 *   <li>{@code only=REGEX} chooses columns and faults such as {@code SHARED-SCHEMA/BESIDE/DONE/KILLED}.
 *   <li>{@code sites=first} leaves out the second look at a statement that is made again and again.
 *   <li>{@code first=N}, {@code stride=N} with {@code every=statement}: begin there, take every n-th.
 *   <li>Anything else is one point in full.
 * </ul>
 */
public final class CrashRuns {
    /** A process takes a second or two to start. */
    private static final int STRIDE_OF_PROCESSES = 20;
    /** What differs from another column only in who goes on, or in how many copy. */
    private static final int STRIDE_OF_VARIANTS = 5;
    /** Runs of one pair of columns before the next pair has its turn, so that a part of the matrix has something of each. */
    private static final int RUNS_IN_A_TURN = 40;

    private static final Set<String> OPTIONS = Set.of("record", "part", "only", "sites", "first", "stride", "every");

    private final CrashMatrix matrix = new CrashMatrix(System.out::println);
    private final Map<String, String> options = new HashMap<>();
    private final Map<Column, List<Site>> sites = new HashMap<>();
    private final long began = System.nanoTime();

    private CrashRuns() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        try (InputStream logging = CrashRuns.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(logging);
        }
        boolean held = new CrashRuns().run(arguments);
        // Ends the servers, too, which would otherwise live as long as Maven's process.
        System.exit(held ? 0 : 1);
    }

    private boolean run(String[] arguments) throws IOException, SQLException {
        List<CrashPoint> points = new ArrayList<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0 && OPTIONS.contains(argument.substring(0, equals))) {
                options.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                points.add(CrashPoint.parse(argument));
            }
        }
        if (!points.isEmpty()) {
            for (CrashPoint point : points) {
                System.out.println(point + " " + matrix.run(point));
            }
        } else if ("statement".equals(options.get("every"))) {
            eachStatement();
        } else {
            differentStatements();
        }
        System.out.println(matrix.runs() + " runs, " + matrix.failures().size() + " failures");
        matrix.failures().forEach(System.out::println);
        return matrix.failures().isEmpty();
    }

    private Predicate<String> chosen() {
        return Pattern.compile(options.getOrDefault("only", "")).asPredicate();
    }

    private void eachStatement() throws SQLException {
        int first = Integer.parseInt(options.getOrDefault("first", "1"));
        int stride = Integer.parseInt(options.getOrDefault("stride", "1"));
        List<CrashPoint> beginnings = columns().stream()
                .flatMap(
                        column -> Stream.of(Fault.values()).map(fault -> new CrashPoint(column, fault, Site.at(first))))
                .filter(point -> chosen().test(point.column() + "/" + point.fault()))
                .toList();
        for (int done = 0; done < beginnings.size(); done++) {
            CrashPoint each = beginnings.get(done);
            matrix.enumerate(each.column(), each.fault(), first, stride * strideOf(each));
            tell(done + 1, beginnings.size(), "columns");
        }
        System.out.println(matrix.table());
    }

    private void differentStatements() throws IOException, SQLException {
        CrashRecord runs = CrashRecord.open(Path.of(options.getOrDefault("record", "target/crash-matrix.tsv")));
        String[] part = options.getOrDefault("part", "1/1").split("/", 2);
        int share = Integer.parseInt(part[0]) - 1;
        int shares = Integer.parseInt(part[1]);
        List<CrashPoint> all = inTurns(point -> point.site().number() == 1 && isOf(share, shares, point));
        if (!"first".equals(options.get("sites"))) {
            all.addAll(inTurns(point -> point.site().number() > 1 && isOf(share, shares, point)));
        }
        all.removeIf(runs::has);
        for (int done = 0; done < all.size(); done++) {
            CrashPoint point = all.get(done);
            runs.add(point, matrix.run(point));
            if ((done + 1) % RUNS_IN_A_TURN == 0) {
                tell(done + 1, all.size(), "runs");
            }
        }
        System.out.println(runs.table());
    }

    /** The same share on every machine, though not all see the very same statements. */
    private static boolean isOf(int share, int shares, CrashPoint point) {
        return Math.floorMod(lot(point), shares) == share;
    }

    /** Drawn by its words alone. */
    private static int lot(CrashPoint point) {
        return new Random(point.toString().hashCode()).nextInt();
    }

    /** These points: some of each pair of columns, then some more of each. */
    private List<CrashPoint> inTurns(Predicate<CrashPoint> points) throws SQLException {
        List<CrashPoint> all = new ArrayList<>();
        List<List<CrashPoint>> pairs = pairs(points);
        while (pairs.stream().anyMatch(pair -> !pair.isEmpty())) {
            for (List<CrashPoint> pair : pairs) {
                List<CrashPoint> now = pair.subList(0, Math.min(RUNS_IN_A_TURN, pair.size()));
                all.addAll(now);
                now.clear();
            }
        }
        return all;
    }

    /** The points of each two columns that lead to and fro, alternating: so the tenant is where the next one begins. */
    private List<List<CrashPoint>> pairs(Predicate<CrashPoint> chosenPoints) throws SQLException {
        List<List<CrashPoint>> pairs = new ArrayList<>();
        List<Column> columns = columns();
        for (int i = 0; i < columns.size(); i += 2) {
            List<CrashPoint> there = points(columns.get(i), chosenPoints);
            List<CrashPoint> back = points(columns.get(i + 1), chosenPoints);
            List<CrashPoint> both = new ArrayList<>();
            for (int n = 0; n < Math.max(there.size(), back.size()); n++) {
                both.addAll(there.subList(Math.min(n, there.size()), Math.min(n + 1, there.size())));
                both.addAll(back.subList(Math.min(n, back.size()), Math.min(n + 1, back.size())));
            }
            pairs.add(both);
        }
        return pairs;
    }

    /** In an order drawn by lot, the same each time: so a part of the matrix has something of every phase. */
    private List<CrashPoint> points(Column column, Predicate<CrashPoint> chosenPoints) throws SQLException {
        List<CrashPoint> points = new ArrayList<>();
        List<Fault> faults = Stream.of(Fault.values())
                .filter(fault -> chosen().test(column + "/" + fault))
                .toList();
        if (faults.isEmpty()) {
            return points;
        }
        List<Site> sites = sitesOf(column);
        for (int i = 0; i < sites.size(); i++) {
            for (Fault fault : faults) {
                CrashPoint point = new CrashPoint(column, fault, sites.get(i));
                if (chosenPoints.test(point) && i % strideOf(point) == 0) {
                    points.add(point);
                }
            }
        }
        points.sort(Comparator.comparingInt(CrashRuns::lot));
        return points;
    }

    private List<Site> sitesOf(Column column) throws SQLException {
        List<Site> known = sites.get(column);
        if (known == null) {
            known = matrix.sites(column);
            sites.put(column, known);
            System.out.println(column + ": " + known.size() + " sites");
        }
        return known;
    }

    private void tell(int done, int of, String what) {
        double hours = (System.nanoTime() - began) / 3.6e12;
        System.out.printf(
                "%d of %d %s in %.2f h, about %.1f h left; %d failures%n",
                done,
                of,
                what,
                hours,
                hours / done * (of - done),
                matrix.failures().size());
    }

    private static int strideOf(CrashPoint point) {
        if (point.fault() == Fault.SIGKILL) {
            return STRIDE_OF_PROCESSES;
        }
        return point.fault() == Fault.RETRIED || point.column().manner() == Manner.TOGETHER ? STRIDE_OF_VARIANTS : 1;
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
