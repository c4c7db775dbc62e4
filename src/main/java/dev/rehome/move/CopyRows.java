package dev.rehome.move;

import dev.rehome.backfill.Backfill;
import dev.rehome.backfill.BackfillListener;
import dev.rehome.backfill.BackfillResult;
import dev.rehome.backfill.TenantCopy;
import dev.rehome.capture.CatchUp;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;

/**
 * The backfill: switches change capture on, then copies what existed. The order leaves no gap: taking the fence waits for
 * everything that entered before, everything after is captured, and only then is the snapshot taken. Afterwards the target
 * has all rows of that snapshot and its primary keys. Running it again goes on with the ranges that are missing.
 *
 * <p>A tenant with few rows is left for the fence of its cutover, which copies them faster than this could begin.
 */
final class CopyRows implements Phase {
    /** A range is copied in one transaction, and has so many times the rows of a batch, as COPY is so many times faster. */
    private static final int BATCHES_PER_RANGE = 50;

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        if (!context.isFollowed()) {
            if (isSmall(context)) {
                context.whileHolding(context.source(), () -> context.homes().protect(context.target()));
                return new Outcome.Advance("few rows: copied in the fence of the cutover");
            }
            FencedWork.run(context, context.source(), (fence, up) -> Residency.capture(fence, context.tenant(), true));
        }
        long began = System.nanoTime();
        BackfillResult result = backfill(context).run(copy(context), new Progress(context));
        context.journal()
                .history()
                .copied(context.move(), result.rows(), result.bytes(), Duration.ofNanos(System.nanoTime() - began));
        context.copied(result.rows(), result.bytes());
        return new Outcome.Advance(result.rows() + " rows copied in " + result.ranges() + " ranges");
    }

    static Backfill backfill(MoveContext context) {
        return new Backfill(
                context.servers(),
                context.tenantColumn(),
                new Backfill.Options(context.options().workers(), (int) Math.min(
                        Integer.MAX_VALUE,
                        (long) BATCHES_PER_RANGE * context.options().batchRows())));
    }

    static TenantCopy copy(MoveContext context) {
        return new TenantCopy(
                context.lease(),
                context.source(),
                context.target(),
                context.target().tier() != Tier.SHARED);
    }

    /** Counts no further than it needs to. */
    static boolean isSmall(MoveContext context) throws SQLException {
        int limit = context.options().fencedPassRows();
        if (limit == 0) {
            return false;
        }
        try (Connection connection = context.open(context.source())) {
            long rows = 0;
            for (TenantTable table :
                    TenantTables.read(connection, context.source().schema(), context.tenantColumn())) {
                MoverTransaction.beginReadCommitted(connection, context.tenant().value());
                try (PreparedStatement statement = connection.prepareStatement("select count(*) from (select from "
                        + table.in(context.source().schema()) + " where " + SqlNames.quote(table.tenantColumn())
                        + " = ? limit ?) r")) {
                    statement.setObject(1, context.tenant().value());
                    statement.setLong(2, limit + 1L);
                    try (ResultSet row = statement.executeQuery()) {
                        row.next();
                        rows += row.getLong(1);
                    }
                }
                connection.commit();
            }
            return rows <= limit;
        }
    }

    private record Progress(MoveContext context) implements BackfillListener {
        @Override
        public void resumed(String snapshot, Collection<TenantTable> tables) throws SQLException, InterruptedException {
            try (CatchUp catchUp = CatchUp.open(
                    context.servers(), context.tenantColumn(), context.lease(), context.source(), context.target())) {
                catchUp.refresh(snapshot, tables);
            }
        }

        @Override
        public void progress(long rowsDone, long rowsTotal, long bytesDone) {
            context.progress(rowsDone, rowsTotal, bytesDone, 0);
        }
    }
}
