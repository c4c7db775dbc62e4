package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.schema.MoveObstacles;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates the target home. Assumes that the tenant lives where the journal says. Afterwards the target has the source's
 * tables, without row-level security if it is the tenant's own, which a bulk load needs. Running it again makes an own
 * target anew; nothing in it can have been used.
 */
final class Prepare implements Phase {
    static final String APPLICATION = "rehome mover";

    @Override
    public Outcome run(MoveContext context) throws SQLException {
        requireResidency(context);
        requireMovable(context);
        context.homes().requireSameLevel(context.source(), context.target());
        Home target = context.target();
        context.journal().objects().making(context.move(), MoveObject.of(target));
        if (target.tier() == Tier.SHARED) {
            // One that others live in is left as it is (R9).
            if (!context.homes().exists(target)) {
                context.whileHolding(context.source(), () -> context.homes().create(target));
            }
        } else {
            OwnHome.otherTenant(context, target).ifPresent(other -> {
                throw new RehomeException(
                        ErrorKind.USER,
                        target + " is the home of tenant " + other
                                + ". Cancel the move and choose a home of the tenant's own.");
            });
            context.whileHolding(context.source(), () -> {
                context.homes().drop(target);
                context.homes().createUnprotected(target);
            });
        }
        context.claim(target);
        requireSameTables(context);
        return new Outcome.Advance(target + " is ready to be filled");
    }

    /** The directory is only an index: before anything is made, the home itself has to say that the tenant is there. */
    private static void requireResidency(MoveContext context) throws SQLException {
        try (Connection connection = context.open(context.source())) {
            if (!Residency.isHere(connection, context.move().source())) {
                throw new RehomeException(
                        ErrorKind.STALE,
                        "Tenant " + context.tenant() + " does not live in " + context.source() + " at epoch "
                                + context.move().source().epoch() + " any more. Cancel the move and plan it anew.");
            }
        }
    }

    /** Before anything is made. */
    private static void requireMovable(MoveContext context) throws SQLException {
        try (Connection connection = context.open(context.source())) {
            MoveObstacles.requireNone(MoveObstacles.of(connection, context.source(), context.tenantColumn()));
        }
    }

    private static void requireSameTables(MoveContext context) throws SQLException {
        TenantTables here;
        TenantTables there;
        try (Connection source = context.open(context.source());
                Connection target = context.open(context.target())) {
            // Both homes: after the cutover, changes flow the other way.
            List<String> obstacles =
                    new ArrayList<>(MoveObstacles.of(target, context.target(), context.tenantColumn()));
            obstacles.addAll(MoveObstacles.between(source, context.source(), target, context.target()));
            MoveObstacles.requireNone(obstacles);
            here = TenantTables.read(source, context.source().schema(), context.tenantColumn());
            there = TenantTables.read(target, context.target().schema(), context.tenantColumn());
        }
        if (!here.parentsFirst().equals(there.parentsFirst())) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The tables of " + context.source() + " and " + context.target()
                            + " differ. Bring both to the same level of the changelog, then run the move again.");
        }
    }
}
