package dev.rehome.backfill;

import dev.rehome.backfill.LoadOrder.Step;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies all rows of one tenant, as they are at one moment, from the source home to the target home. Change capture must be
 * on before it starts; whoever applies the changes begins when it has ended. Can be run again from its start (R5): what an
 * earlier run left at the target is removed first. Immutable and thread-safe.
 */
public final class Backfill {
    static final String APPLICATION = "rehome backfill";

    private final Servers servers;
    private final String tenantColumn;
    private final Options options;

    public Backfill(Servers servers, String tenantColumn, Options options) {
        this.servers = servers;
        this.tenantColumn = tenantColumn;
        this.options = options;
    }

    /**
     * How it goes about it.
     *
     * @param workers how many ranges are copied at once; each worker takes two connections
     * @param rowsPerRange how many rows are committed at once
     */
    public record Options(int workers, int rowsPerRange) {
        public static final Options DEFAULT = new Options(2, 50_000);

        public Options {
            if (workers < 1 || rowsPerRange < 1) {
                throw new IllegalArgumentException("A backfill needs at least one worker and one row per range.");
            }
        }
    }

    /**
     * Copies. An interrupt of the calling thread ends it; the ranges that were being copied are rolled back.
     *
     * @throws SQLException if either database fails; nothing is retried
     */
    public BackfillResult run(TenantCopy copy, BackfillListener listener) throws SQLException, InterruptedException {
        try (Connection connection = servers.open(copy.source(), DatabaseRole.MOVER, APPLICATION)) {
            TenantTables tables = TenantTables.read(connection, copy.source().schema(), tenantColumn);
            FreshTables freshTables = new FreshTables(servers, copy, tables);
            removeLeftovers(copy, tables);
            if (copy.freshTarget()) {
                freshTables.drop();
            }
            BackfillResult result;
            try (Snapshot snapshot = Snapshot.take(connection, copy.source().schema(), copy.tenant())) {
                listener.snapshotTaken();
                result = load(copy, tables, snapshot, listener);
            }
            if (copy.freshTarget()) {
                freshTables.rebuild(options.workers());
            }
            return result;
        }
    }

    private void removeLeftovers(TenantCopy copy, TenantTables tables) throws SQLException {
        try (Connection connection = servers.open(copy.target(), DatabaseRole.MOVER, APPLICATION);
                Statement statement = connection.createStatement()) {
            MoverTransaction.beginReadCommitted(connection, copy.tenant().value());
            statement.execute("set constraints all deferred");
            for (TenantTable table : tables.childrenFirst()) {
                statement.executeUpdate(
                        "delete from " + table.in(copy.target().schema()) + " where " + KeyRange.ofTenant(table));
            }
            connection.commit();
        }
    }

    private BackfillResult load(TenantCopy copy, TenantTables tables, Snapshot snapshot, BackfillListener listener)
            throws SQLException, InterruptedException {
        Map<TenantTable, List<KeyRange>> ranges = new LinkedHashMap<>();
        for (TenantTable table : tables) {
            ranges.put(table, snapshot.ranges(table, options.rowsPerRange()));
        }
        long rows = ranges.values().stream()
                .flatMap(List::stream)
                .mapToLong(KeyRange::rows)
                .sum();
        Tally tally = new Tally(rows, listener);
        try (Crew<RangeCopier> crew =
                Crew.of(options.workers(), () -> RangeCopier.open(servers, copy, snapshot.name()))) {
            for (Collection<List<KeyRange>> transactions : inOrder(copy, tables, ranges)) {
                crew.run(transactions.stream()
                        .map(together ->
                                (Crew.Job<RangeCopier>) copier -> tally.add(copier.copy(together), together.size()))
                        .toList());
            }
        }
        return tally.result();
    }

    /** What may be copied at once, after what has to be there before it; each element is ranges for one transaction. */
    private List<Collection<List<KeyRange>>> inOrder(
            TenantCopy copy, TenantTables tables, Map<TenantTable, List<KeyRange>> ranges) throws SQLException {
        List<Collection<List<KeyRange>>> stages = new ArrayList<>();
        if (copy.freshTarget()) {
            stages.add(each(ranges.values().stream().flatMap(List::stream).toList()));
            return stages;
        }
        for (Step step : LoadOrder.read(servers, copy.target(), tables)) {
            List<KeyRange> ofStep = step.tables().stream()
                    .flatMap(table -> ranges.getOrDefault(table, List.of()).stream())
                    .toList();
            stages.add(step.inOneTransaction() ? List.of(ofStep) : each(ofStep));
        }
        return stages;
    }

    private static List<List<KeyRange>> each(List<KeyRange> ranges) {
        return ranges.stream().map(List::of).toList();
    }
}
