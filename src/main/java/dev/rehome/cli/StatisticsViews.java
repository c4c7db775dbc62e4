package dev.rehome.cli;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.statistics.CollectReport;
import dev.rehome.statistics.TenantStatistics;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How statistics are shown: records whose fields are the JSON's, and texts. Times are in UTC. */
final class StatisticsViews {
    private static final double MB = 1e6;

    private StatisticsViews() {}

    record CollectView(
            int ownHomes,
            int counted,
            long countedRows,
            int unchanged,
            int leftToCount,
            int points,
            Map<String, String> failures,
            long millis) {
        static CollectView of(CollectReport report) {
            return new CollectView(
                    report.ownHomes(),
                    report.counted(),
                    report.countedRows(),
                    report.unchanged(),
                    report.leftToCount(),
                    report.points(),
                    report.failures(),
                    report.took().toMillis());
        }
    }

    /** A figure that tenants are put in order by. */
    enum Order {
        ROWS,
        BYTES,
        TRANSACTIONS,
        WRITES,
        AVERAGE,
        P99;

        private Comparator<TenantStatistics> comparator() {
            return switch (this) {
                case ROWS -> Comparator.comparingLong(TenantStatistics::totalRows);
                case BYTES -> Comparator.comparingLong(TenantStatistics::bytes);
                case TRANSACTIONS -> Comparator.comparingDouble(TenantStatistics::transactionsPerSecond);
                case WRITES -> Comparator.comparingDouble(TenantStatistics::writesPerSecond);
                case AVERAGE -> Comparator.comparing(TenantStatistics::averageQueryTime);
                case P99 -> Comparator.comparing(TenantStatistics::p99QueryTime);
            };
        }

        /** @throws RehomeException (USER) if the name is neither a figure's nor that of a table that one of them has */
        static Comparator<TenantStatistics> by(String name, List<TenantStatistics> all) {
            return Stream.of(values())
                    .filter(order -> order.name().equalsIgnoreCase(name))
                    .map(Order::comparator)
                    .findFirst()
                    .orElseGet(() -> byTable(name, all));
        }

        private static Comparator<TenantStatistics> byTable(String name, List<TenantStatistics> all) {
            if (!all.isEmpty() && all.stream().noneMatch(each -> each.rows().containsKey(name))) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "'" + name
                                + "' is neither a figure nor a table: use rows, bytes, transactions, writes, average, p99,"
                                + " or the name of a table.");
            }
            return Comparator.comparingLong(each -> each.rowsOf(name));
        }
    }

    /** @param of how many there are in all */
    static String table(List<TenantStatistics> shown, int of) {
        if (shown.isEmpty()) {
            return "Nothing is known of any tenant yet. '--collect' counts them.";
        }
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-36s %12s %10s %8s %9s %9s %9s  %s%n",
                "TENANT",
                "ROWS",
                "MB",
                "TX/S",
                "WRITES/S",
                "AVG MS",
                "P99 MS",
                "MEASURED"));
        for (TenantStatistics each : shown) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-36s %,12d %,10.1f %8.2f %9.2f %9.2f %9.2f  %s%n",
                    each.tenant(),
                    each.totalRows(),
                    each.bytes() / MB,
                    each.transactionsPerSecond(),
                    each.writesPerSecond(),
                    each.averageQueryTime().toNanos() / MB,
                    each.p99QueryTime().toNanos() / MB,
                    TenantViews.text(each.measuredAt())));
        }
        return table.append(String.format(Locale.ROOT, "%,d of %,d tenants.", shown.size(), of))
                .toString();
    }

    static String text(TenantStatistics now, List<TenantStatistics> history) {
        StringBuilder text = new StringBuilder("tenant        " + now.tenant() + "\n");
        text.append("measured      ").append(TenantViews.text(now.measuredAt())).append('\n');
        new TreeMap<>(now.rows())
                .forEach((table, rows) -> text.append(String.format(Locale.ROOT, "  %-24s %,14d rows%n", table, rows)));
        text.append(String.format(
                Locale.ROOT,
                "size          %,d rows, %,.1f MB%ntransactions  %.2f a second%nwrites        %.2f rows a second%n"
                        + "statements    %.2f ms on average, 99 in 100 within %.2f ms",
                now.totalRows(),
                now.bytes() / MB,
                now.transactionsPerSecond(),
                now.writesPerSecond(),
                now.averageQueryTime().toNanos() / MB,
                now.p99QueryTime().toNanos() / MB));
        for (TenantStatistics point : history) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  %s %,14d rows %,10.1f MB %8.2f tx/s %9.2f writes/s %9.2f ms",
                    TenantViews.text(point.measuredAt()),
                    point.totalRows(),
                    point.bytes() / MB,
                    point.transactionsPerSecond(),
                    point.writesPerSecond(),
                    point.averageQueryTime().toNanos() / MB));
        }
        return text.toString();
    }

    static String text(CollectReport report) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Collected in %.1f s: %,d homes by their catalogs; of shared tables %,d tenants counted (%,d rows), %,d unchanged,"
                        + " %,d left for later rounds; %,d points of history.",
                report.took().toMillis() / 1e3,
                report.ownHomes(),
                report.counted(),
                report.countedRows(),
                report.unchanged(),
                report.leftToCount(),
                report.points()));
        report.failures()
                .forEach((database, problem) ->
                        text.append('\n').append(database).append(' ').append(problem));
        return text.toString();
    }
}
