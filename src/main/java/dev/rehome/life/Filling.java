package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Arrival;
import dev.rehome.export.Content;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.life.TenantLife.Arrived;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Brings a tenant's content into a home and lets the home admit it: of an import, a clone, a restore. Which home is being filled
 * is written down first; what an earlier attempt has left there, or in another home, is removed before anything else. The residency
 * is written when everything has been compared, and the directory learns of it last.
 */
final class Filling {
    private final LifeTools tools;
    private final Removal removal;

    Filling(LifeTools tools) {
        this.tools = tools;
        this.removal = new Removal(tools);
    }

    /**
     * Fills it. A content that is wrong leaves nothing behind; after any other failure the next attempt cleans up.
     *
     * @param name for people
     * @return how many rows have arrived
     */
    long fill(Undertaking undertaking, Home home, Content content, String name, LifeListener listener)
            throws SQLException, InterruptedException {
        removeLeftovers(undertaking);
        requireFree(undertaking.tenant(), home);
        undertaking.home(home, "to be filled: " + home);
        undertaking.step(LifeSteps.FILL, "filling begins");
        try {
            listener.step("making " + home);
            make(home);
            tools.claim(home, undertaking.lease());
            listener.step("loading");
            long rows = new Arrival(
                            tools.servers(),
                            tools.tenantColumn(),
                            tools.strategy().migration().workers())
                    .fill(undertaking.lease(), home, content, (table, bytes, total) -> listener.progress(0, 0, bytes));
            if (home.tier() != Tier.SHARED) {
                tools.homes().protect(home);
            }
            admit(undertaking, home, name);
            return rows;
        } catch (RehomeException e) {
            if (e.kind() == ErrorKind.USER) {
                remove(undertaking, home);
            }
            throw e;
        }
    }

    /** For one that was cut off when the directory had announced the tenant, which may be used by now: nothing is done again. */
    Arrived conclude(Undertaking undertaking, Placement arrived) throws SQLException {
        try (Connection connection = tools.open(arrived.home())) {
            undertaking.lease().claim(connection);
            undertaking.lease().drop(connection);
        }
        undertaking.end(LifeState.ACTIVE, "it had arrived in " + arrived.home() + " already");
        return new Arrived(arrived, removal.remaining(undertaking.tenant(), arrived.home()));
    }

    private void removeLeftovers(Undertaking undertaking) throws SQLException {
        Optional<Home> before = undertaking.begun().home();
        if (before.isPresent() && undertaking.begun().step().equals(Optional.of(LifeSteps.FILL))) {
            remove(undertaking, before.get());
            undertaking.note("what an earlier attempt had left in " + before.get() + " is removed");
        }
    }

    private void remove(Undertaking undertaking, Home home) throws SQLException {
        removal.removeRows(undertaking.lease(), home, rows -> {});
        removal.forget(undertaking.lease(), home.database());
    }

    /** A name may have been mistaken: what is there already is not ours. */
    private void requireFree(TenantId tenant, Home home) throws SQLException {
        if (home.tier() != Tier.SHARED && tools.homes().exists(home)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    home + " exists already, and nobody knows whose it is. Look into it, and drop it or bring tenant "
                            + tenant + " in under another id or tier.");
        }
    }

    private void make(Home home) throws SQLException {
        if (home.tier() == Tier.SHARED) {
            if (!tools.homes().exists(home)) {
                tools.homes().create(home);
            }
            tools.homes().awaitChanges(home); // whoever changes it later sees that it is being filled
        } else {
            tools.homes().createUnprotected(home);
        }
    }

    private void admit(Undertaking undertaking, Home home, String name) throws SQLException {
        long last = undertaking.begun().lastEpoch();
        Epoch epoch = last == 0 ? Epoch.FIRST : new Epoch(last).next();
        Placement placement = new Placement(undertaking.tenant(), home, epoch);
        Lease lease = undertaking.lease();
        tools.write(home, lease, connection -> {
            Residency.here(connection, placement, false);
            return placement;
        });
        tools.directory().add(placement, name);
        try (Connection connection = tools.open(home)) {
            lease.drop(connection);
        }
    }
}
