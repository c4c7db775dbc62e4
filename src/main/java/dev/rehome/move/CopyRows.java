package dev.rehome.move;

import dev.rehome.backfill.Backfill;
import dev.rehome.backfill.BackfillListener;
import dev.rehome.backfill.BackfillResult;
import dev.rehome.backfill.TenantCopy;
import dev.rehome.fence.Residency;
import dev.rehome.placement.Tier;
import java.sql.SQLException;

/**
 * The backfill: switches change capture on, then copies what existed. The order leaves no gap: taking the fence waits for
 * everything that entered before, everything after is captured, and only then is the snapshot taken. Afterwards the target
 * has all rows of that snapshot, its keys and indexes, and row-level security. Running it again copies everything again.
 */
final class CopyRows implements Phase {
    /** Rows that are copied in one transaction. */
    private static final int ROWS_PER_RANGE = 50_000;

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        FencedWork.run(context, context.source(), (fence, up) -> Residency.capture(fence, context.tenant(), true));
        boolean fresh = context.target().tier() != Tier.SHARED;
        Backfill backfill = new Backfill(
                context.servers(),
                context.tenantColumn(),
                new Backfill.Options(context.options().workers(), ROWS_PER_RANGE));
        BackfillResult result = backfill.run(
                new TenantCopy(context.tenant(), context.source(), context.target(), fresh), progress(context));
        if (fresh) {
            context.homes().protect(context.target());
        }
        context.copied(result.rows(), result.bytes());
        return new Outcome.Advance(result.rows() + " rows copied in " + result.ranges() + " ranges");
    }

    private static BackfillListener progress(MoveContext context) {
        return (rowsDone, rowsTotal, bytesDone) -> context.progress(rowsDone, rowsTotal, bytesDone, 0);
    }
}
