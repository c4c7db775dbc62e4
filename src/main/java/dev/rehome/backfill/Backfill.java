package dev.rehome.backfill;

import dev.rehome.backfill.LoadOrder.Step;
import dev.rehome.fence.Lease;
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
 * on before it starts and stay on; whoever applies the changes begins when it has ended. Can be run again after it was cut off
 * (R5): the ranges that have arrived stay, the others are copied from a new snapshot. Immutable and thread-safe.
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
     * Copies, or goes on with a copy that was cut off. An interrupt of the calling thread ends it; the ranges that were being
     * copied are rolled back. A fresh target has its primary keys then; {@link #complete} gives it the rest.
     *
     * @throws SQLException if either database fails; nothing is retried
     */
    public BackfillResult run(TenantCopy copy, BackfillListener listener) throws SQLException, InterruptedException {
        try (Connection source = servers.open(copy.source(), DatabaseRole.MOVER, APPLICATION);
                Connection target = servers.open(copy.target(), DatabaseRole.MOVER, APPLICATION)) {
            TenantTables tables = TenantTables.read(source, copy.source().schema(), tenantColumn);
            FreshTables freshTables = new FreshTables(servers, copy, tables);
            CopyPlan plan = CopyPlan.read(target, copy.lease(), tables);
            boolean resumed = !plan.isEmpty();
            if (!resumed) {
                removeLeftovers(target, copy, tables);
                if (copy.freshTarget()) {
                    freshTables.drop();
                }
            }
            Tally tally = new Tally(listener, plan.arrived());
            if (!plan.isComplete() || !resumed) {
                try (Snapshot snapshot = Snapshot.take(source, copy.source().schema(), copy.tenant())) {
                    if (resumed && !copy.freshTarget()) {
                        listener.resumed(snapshot.name(), plan.begun());
                    } else if (!resumed) {
                        listener.snapshotTaken();
                        plan = CopyPlan.write(target, copy.lease(), divide(tables, snapshot));
                    }
                    tally.begin(plan.rows());
                    load(copy, tables, plan, resumed, snapshot, tally);
                }
            }
            if (copy.freshTarget()) {
                freshTables.buildKeys(options.workers());
            }
            return tally.result();
        }
    }

    /**
     * Gives a fresh target its other indexes and foreign keys. Only after a first catch-up: ranges that a resumed copy took
     * from two snapshots need not fit together before. Can be repeated.
     */
    public void complete(TenantCopy copy) throws SQLException, InterruptedException {
        if (copy.freshTarget()) {
            try (Connection source = servers.open(copy.source(), DatabaseRole.MOVER, APPLICATION)) {
                TenantTables tables = TenantTables.read(source, copy.source().schema(), tenantColumn);
                new FreshTables(servers, copy, tables).buildRest(options.workers());
            }
        }
    }

    /** Forgets which ranges have arrived, in the caller's transaction at the target: nobody will go on with this copy. */
    public static void forget(Connection target, Lease lease) throws SQLException {
        CopyPlan.forget(target, lease);
    }

    private static void removeLeftovers(Connection target, TenantCopy copy, TenantTables tables) throws SQLException {
        try (Statement statement = target.createStatement()) {
            MoverTransaction.beginReadCommitted(target, copy.tenant().value());
            copy.lease().hold(target); // R7
            statement.execute("set constraints all deferred");
            for (TenantTable table : tables.childrenFirst()) {
                statement.executeUpdate(
                        "delete from " + table.in(copy.target().schema()) + " where " + KeyRange.ofTenant(table));
            }
            target.commit();
        }
    }

    private Map<TenantTable, List<KeyRange>> divide(TenantTables tables, Snapshot snapshot) throws SQLException {
        Map<TenantTable, List<KeyRange>> ranges = new LinkedHashMap<>();
        for (TenantTable table : tables) {
            ranges.put(table, snapshot.ranges(table, options.rowsPerRange()));
        }
        return ranges;
    }

    private void load(
            TenantCopy copy, TenantTables tables, CopyPlan plan, boolean resumed, Snapshot snapshot, Tally tally)
            throws SQLException, InterruptedException {
        try (Crew<RangeCopier> crew =
                Crew.of(options.workers(), () -> RangeCopier.open(servers, copy, snapshot.name(), resumed))) {
            for (Collection<List<KeyRange>> transactions : inOrder(copy, tables, plan)) {
                crew.run(transactions.stream()
                        .map(together ->
                                (Crew.Job<RangeCopier>) copier -> tally.add(copier.copy(together), together.size()))
                        .toList());
            }
        }
    }

    /** What may be copied at once, after what has to be there before it; each element is ranges for one transaction. */
    private List<Collection<List<KeyRange>>> inOrder(TenantCopy copy, TenantTables tables, CopyPlan plan)
            throws SQLException {
        List<Collection<List<KeyRange>>> stages = new ArrayList<>();
        if (copy.freshTarget()) {
            stages.add(each(tables.parentsFirst().stream()
                    .flatMap(table -> plan.missing(table).stream())
                    .toList()));
            return stages;
        }
        for (Step step : LoadOrder.read(servers, copy.target(), tables)) {
            List<KeyRange> ofStep = step.tables().stream()
                    .flatMap(table -> plan.missing(table).stream())
                    .toList();
            if (!ofStep.isEmpty()) {
                stages.add(step.inOneTransaction() ? List.of(ofStep) : each(ofStep));
            }
        }
        return stages;
    }

    private static List<List<KeyRange>> each(List<KeyRange> ranges) {
        return ranges.stream().map(List::of).toList();
    }
}
