package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes databases and directory agree on where a tenant lives, after one of them has come back from an older time. Those that are to
 * send the tenant on do so before the one that is to have it admits it (R1), and what moves that nobody remembers had switched on is
 * switched off. No row of the tenant's is touched, but by {@link #removeCopies}. All can be repeated.
 */
final class Settlement {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
    private static final String SHUT = "update rehome.residency set state = 'SUSPENDED', capture = false,"
            + " arriving_epoch = null, arriving_schema = null, arriving_role = null, arriving_capture = null, changed_at = now()"
            + " where tenant_id = ? and state <> 'MOVED'";

    private final LifeTools tools;
    private final Removal removal;
    private final String by;

    Settlement(LifeTools tools, String by) {
        this.tools = tools;
        this.removal = new Removal(tools);
        this.by = by;
    }

    /**
     * Has the tenant live there.
     *
     * @param lives at an epoch that is none's but this placement's
     * @param elsewhere databases that are to send the tenant there, if they have heard of it
     * @param suspended whether its home is to refuse it until it is resumed
     */
    void settle(Placement lives, Collection<Database> elsewhere, boolean suspended, String why) {
        try (Undertaking undertaking = tools.journal().begin(lives.tenant(), LifeOperation.SETTLE, by, found -> {})) {
            requireHome(lives.home());
            for (Database database : elsewhere) {
                if (!database.equals(lives.home().database())) {
                    in(database, undertaking.lease(), connection -> Residency.forward(connection, lives));
                }
            }
            in(lives.home().database(), undertaking.lease(), connection -> {
                Residency.here(connection, lives, false);
                if (suspended) {
                    Residency.suspend(connection, lives);
                }
            });
            undertaking.end(
                    undertaking.begun().state(),
                    "it lives in " + lives.home() + " at epoch " + lives.epoch() + ": " + why,
                    connection -> JdbcDirectory.advance(connection, lives));
        } catch (SQLException e) {
            throw failed(lives.tenant(), e);
        }
    }

    /** Has databases refuse a tenant that is archived or deleted and has risen there again. */
    void shut(TenantId tenant, Collection<Database> risen, String why) {
        try (Undertaking undertaking = tools.journal().begin(tenant, LifeOperation.SETTLE, by, found -> {})) {
            for (Database database : risen) {
                in(database, undertaking.lease(), connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(SHUT)) {
                        statement.setObject(1, tenant.value());
                        statement.executeUpdate();
                    }
                });
            }
            undertaking.end(undertaking.begun().state(), "refused in " + risen + ": " + why);
        } catch (SQLException e) {
            throw failed(tenant, e);
        }
    }

    /** How many rows of the tenant there are in homes that it does not live in, where there are some; a home of its own counts as one. */
    Map<Home, Long> copies(TenantRecord record) {
        Map<Home, Long> copies = new LinkedHashMap<>();
        try {
            for (Home home : Places.of(tools, record).homes()) {
                if (!home.equals(record.placement().map(Placement::home).orElse(null))) {
                    long rows = removal.remaining(record.tenant(), home);
                    if (rows > 0) {
                        copies.put(home, rows);
                    }
                }
            }
        } catch (SQLException e) {
            throw failed(record.tenant(), e);
        }
        return copies;
    }

    /**
     * Removes the tenant's rows from homes that it does not live in.
     *
     * @throws RehomeException (USER) if it lives nowhere and has no archive: then a copy may be all that there is
     */
    Map<Home, Long> removeCopies(TenantId tenant, LifeListener listener) throws InterruptedException {
        try (Undertaking undertaking = tools.journal().begin(tenant, LifeOperation.SETTLE, by, found -> {})) {
            requireElsewhere(undertaking.begun());
            Map<Home, Long> removed = new LinkedHashMap<>();
            for (Home home : copies(undertaking.begun()).keySet()) {
                listener.step("removing from " + home);
                removed.put(home, removal.removeRows(undertaking.lease(), home, gone -> listener.progress(gone, 0, 0)));
                if (undertaking.begun().placement().isEmpty()) {
                    removal.forget(undertaking.lease(), home.database()); // there is nowhere to send it to
                } else if (removal.remaining(tenant, home.database()) > 0) {
                    tools.drop(home, undertaking.lease());
                }
            }
            undertaking.end(undertaking.begun().state(), "copies removed: " + removed);
            return removed;
        } catch (SQLException e) {
            throw failed(tenant, e);
        }
    }

    /** A copy may be all that there is. */
    private void requireElsewhere(TenantRecord record) throws SQLException, InterruptedException {
        if (record.placement().isPresent()) {
            requireServes(record.placement().get());
        } else if (record.state() == LifeState.ARCHIVED) {
            Archival.prove(record);
        } else {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Tenant " + record.tenant() + " is " + record.state()
                            + " and has no home, so a copy may be all that there is. 'tenant delete --again' removes a deleted one.");
        }
    }

    private void requireServes(Placement lives) throws SQLException {
        try (Connection connection = tools.open(lives.home())) {
            if (!Residency.isHere(connection, lives) && !Residency.isSuspended(connection, lives)) {
                throw new RehomeException(
                        ErrorKind.STALE,
                        "Tenant " + lives.tenant() + " does not live in " + lives.home() + " at epoch " + lives.epoch()
                                + ", as the directory has it. Settle that first; a copy may be all that there is.");
            }
        }
    }

    private void requireHome(Home home) throws SQLException {
        if (!tools.homes().exists(home)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    home + " does not exist, so no tenant can live there. Name the home that has its rows.");
        }
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    /** Nothing of the tenant's is running there meanwhile, and afterwards nothing of a move's is left. */
    private void in(Database database, Lease lease, Work work) throws SQLException {
        try (Connection connection =
                tools.servers().open(database, Homes.DATABASE_SCHEMA, DatabaseRole.MOVER, LifeTools.APPLICATION)) {
            MoverTransaction.beginReadCommitted(connection, lease.tenant().value());
            lease.claim(connection);
            Residency.fence(connection, lease.tenant(), LOCK_TIMEOUT);
            work.on(connection);
            for (String traces : Removal.TRACES) {
                try (PreparedStatement delete =
                        connection.prepareStatement("delete from " + traces + " where tenant_id = ?")) {
                    delete.setObject(1, lease.tenant().value());
                    delete.executeUpdate();
                }
            }
            connection.commit();
        } catch (SQLException e) {
            if (SqlState.isLockTimeout(e)) {
                throw new RehomeException(
                        ErrorKind.BUSY,
                        "Tenant " + lease.tenant() + " has transactions in " + database
                                + " that do not end. Repeat it when they have.",
                        e);
            }
            throw e;
        }
    }

    private static RehomeException failed(TenantId tenant, SQLException e) {
        return LifeTools.failed(LifeOperation.SETTLE, tenant, e);
    }
}
