package dev.rehome.move;

import dev.rehome.backfill.Backfill;
import dev.rehome.capture.ChangeLog;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Removes the copy of a tenant from the home that does not serve it, and everything else that the move has written: the end
 * of every move, whichever way it went. Can be repeated.
 */
final class Abandon {
    private final Home serving;
    private final Home abandoned;
    private final Placement placement;

    /** @param placement the tenant's placement, which has to be in the serving home */
    Abandon(Home serving, Home abandoned, Placement placement) {
        this.serving = serving;
        this.abandoned = abandoned;
        this.placement = placement;
    }

    void run(MoveContext context) throws SQLException, InterruptedException {
        context.closeFlow();
        requireServing(context);
        stopCapture(context);
        if (context.homes().exists(abandoned)) {
            if (abandoned.tier() != Tier.DATABASE && !abandoned.inSameDatabaseAs(serving)) {
                // A cutover that was begun and not made has left a residency there, at an epoch that nobody came to
                // know.
                context.write(abandoned, connection -> Residency.forward(connection, placement));
            }
            if (abandoned.tier() == Tier.SHARED) {
                purge(context);
            }
        }
        if (abandoned.tier() != Tier.SHARED) {
            drop(context);
        }
        forgetMove(context);
    }

    /** R8, at its last moment: the home that is about to go must not be the one that serves. */
    private void requireServing(MoveContext context) throws SQLException {
        try (Connection connection = context.open(serving)) {
            if (!Residency.isHere(connection, placement)) {
                throw new RehomeException(
                        ErrorKind.INVARIANT,
                        "Tenant " + placement.tenant() + " is not at home in " + serving + " at epoch "
                                + placement.epoch() + ", so nothing is removed from " + abandoned
                                + ". Look at the residency rows.");
            }
        }
    }

    /** With the fence up, so that no transaction that began with capture on adds to the changes afterwards. */
    private void stopCapture(MoveContext context) throws SQLException, InterruptedException {
        try (Connection connection = context.open(serving)) {
            if (!Residency.isCaptured(connection, context.tenant())) {
                return;
            }
        }
        FencedWork.run(context, serving, (fence, up) -> Residency.capture(fence, context.tenant(), false));
    }

    private void purge(MoveContext context) throws SQLException {
        try (Connection connection = context.open(abandoned)) {
            new Purge(context, connection, abandoned.schema()).run();
        }
    }

    /** Also what is left of a home of which a part has gone already. A name may have been mistaken: then it is not ours. */
    private void drop(MoveContext context) throws SQLException {
        if (OwnHome.otherTenant(context, abandoned).isEmpty()) {
            context.whileHolding(serving, () -> context.homes().drop(abandoned));
            context.journal().objects().settled(context.move(), MoveObject.of(abandoned));
        }
    }

    /** Last of all: from here on this run may write nowhere any more. */
    private void forgetMove(MoveContext context) throws SQLException {
        for (Home home : context.inEachDatabase()) {
            // A schema that was dropped leaves its database, and what the move has written there.
            if (home.tier() != Tier.DATABASE || context.homes().exists(home)) {
                try (ChangeLog changes = ChangeLog.open(context.servers(), home, context.lease())) {
                    changes.purge();
                }
                context.write(home, connection -> {
                    Backfill.forget(connection, context.lease());
                    context.lease().drop(connection);
                });
            }
        }
    }
}
