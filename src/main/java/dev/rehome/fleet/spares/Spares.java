package dev.rehome.fleet.spares;

import dev.rehome.fleet.spares.SpareRows.State;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The stock of homes that are ready before anybody needs them: a new tenant takes one, which gets the tenant's name then. Nothing
 * is made without a record, so what a killed process has left is known, and finished or removed by the next one. Immutable and
 * thread-safe.
 */
public final class Spares {
    private final Homes homes;

    public Spares(Homes homes) {
        this.homes = homes;
    }

    /**
     * Promises a spare home to a tenant, unless none fits. Part of the caller's transaction; no two get the same.
     *
     * @param directory a connection to the control database
     * @param home what it is going to be
     * @return whether there was one, or the tenant had been promised one before
     */
    public boolean claim(Connection directory, TenantId tenant, Home home) throws SQLException {
        if (home.tier() == Tier.SHARED) {
            return false;
        }
        if (SpareRows.takenBy(directory, tenant).isPresent()) {
            return true;
        }
        Optional<SpareHome> spare = SpareRows.hold(directory, State.READY, home);
        if (spare.isPresent()) {
            SpareRows.take(directory, spare.get().id(), tenant);
        }
        return spare.isPresent();
    }

    /**
     * Makes the home out of the spare one that the tenant was promised. Can be repeated. Nobody else may work at the tenant.
     *
     * @return whether there was one; if not, the home has to be made
     */
    public boolean deliver(Connection directory, TenantId tenant, Home home) throws SQLException {
        Optional<SpareHome> spare = SpareRows.takenBy(directory, tenant);
        if (spare.isEmpty()) {
            return false;
        }
        homes.adopt(spare.get().home(), home);
        return true;
    }

    /** The tenant has its home, which is no spare one any more. Part of the caller's transaction. */
    public void settle(Connection directory, TenantId tenant) throws SQLException {
        Optional<SpareHome> spare = SpareRows.takenBy(directory, tenant);
        if (spare.isPresent()) {
            SpareRows.remove(directory, spare.get().id());
        }
    }

    /** The tenant does not need what it was promised: drops it, unless it has the tenant's name by now. */
    public void release(Connection directory, TenantId tenant) throws SQLException {
        Optional<SpareHome> spare = SpareRows.takenBy(directory, tenant);
        if (spare.isPresent()) {
            homes.drop(spare.get().home());
            SpareRows.remove(directory, spare.get().id());
        }
    }
}
