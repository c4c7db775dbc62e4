package dev.rehome.isolation;

import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * The heart of a move, and nothing else of it: the fence goes up, the tenant's few customers are carried over, and one
 * commit changes the placement. Closed without {@link #commit}, it has changed nothing.
 */
final class Relocation implements AutoCloseable {
    private static final String COLUMNS = "storefront_id, id, version, email, created_at";

    private final TestFleet fleet;
    private final Placement from;
    private final Placement to;
    private final Connection source;

    private Relocation(TestFleet fleet, Placement from, Home target) throws SQLException {
        this.fleet = fleet;
        this.from = from;
        this.to = from.movedTo(target);
        this.source = open(from.home().database());
    }

    /** Returns when the tenant's fence is up. */
    static Relocation begin(TestFleet fleet, TenantId tenant, Home target) throws SQLException {
        Relocation relocation =
                new Relocation(fleet, fleet.directory().find(tenant).orElseThrow(), target);
        try {
            Residency.fence(relocation.source, tenant, Duration.ofSeconds(20));
            return relocation;
        } catch (SQLException e) {
            relocation.close();
            throw e;
        }
    }

    /** Until somebody waits for the fence to come down. */
    void awaitWaiter() throws SQLException {
        String waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                + " and (classid::bigint << 32 | objid::bigint) = rehome.lock_key('" + from.tenant() + "')";
        while (fleet.count(from.home(), waiting) == 0) {
            Thread.onSpinWait();
        }
    }

    /** All of it, in the order of a cutover: the target first, which nobody can know yet, then the source. */
    void commit() throws SQLException {
        try (Connection target = open(to.home().database())) {
            carry(target);
            if (!to.home().inSameDatabaseAs(from.home())) {
                Residency.here(target, to, false);
            }
            target.commit();
        }
        try (Statement statement = source.createStatement()) {
            statement.execute("delete from " + customers(from) + " where storefront_id = '" + from.tenant() + "'");
        }
        if (to.home().inSameDatabaseAs(from.home())) {
            Residency.here(source, to, false);
        } else {
            Residency.moved(source, to);
        }
        source.commit();
        fleet.directory().advance(to);
    }

    private void carry(Connection target) throws SQLException {
        try (Statement select = source.createStatement();
                ResultSet row = select.executeQuery("select " + COLUMNS + " from " + customers(from));
                PreparedStatement insert = target.prepareStatement(
                        "insert into " + customers(to) + " (" + COLUMNS + ") values (?, ?, ?, ?, ?)")) {
            while (row.next()) {
                for (int column = 1; column <= 5; column++) {
                    insert.setObject(column, row.getObject(column));
                }
                insert.executeUpdate();
            }
        }
    }

    private Connection open(Database database) throws SQLException {
        Connection connection = fleet.servers().open(database, "rehome", DatabaseRole.MOVER, "test mover");
        MoverTransaction.beginReadCommitted(connection, from.tenant().value());
        return connection;
    }

    private static String customers(Placement placement) {
        return SqlNames.quote(placement.home().schema(), "customers");
    }

    @Override
    public void close() throws SQLException {
        source.close();
    }
}
