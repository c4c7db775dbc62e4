package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.move.Purge;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Removes what there is of a tenant in a home and in its database, and counts what there is left. Each step looks first and can be
 * repeated. A home that is another tenant's is never touched.
 */
final class Removal {
    /** Tables of the schema {@code rehome} with rows of single tenants, beside the residency. */
    static final List<String> TRACES =
            List.of("rehome.change", "rehome.backfill_arrival", "rehome.backfill_range", "rehome.lease");

    private final LifeTools tools;

    Removal(LifeTools tools) {
        this.tools = tools;
    }

    /**
     * Removes the tenant's rows from a shared home, in batches, or drops a home of its own.
     *
     * @return how many rows have gone
     */
    long removeRows(Lease lease, Home home, LongConsumer listener) throws SQLException {
        if (!hasDatabase(home.database())) {
            return 0;
        }
        if (home.tier() != Tier.SHARED) {
            return drop(lease, home);
        }
        if (!tools.homes().exists(home)) {
            return 0;
        }
        tools.claim(home, lease);
        return purge(lease, home, listener);
    }

    /**
     * Removes the tenant's rows from the tables of a home and leaves the home as it is, its own one too.
     *
     * @return how many rows have gone
     */
    long empty(Lease lease, Home home, LongConsumer listener) throws SQLException {
        tools.claim(home, lease);
        return purge(lease, home, listener);
    }

    /** Also what is left of a home of which a part has gone already. */
    private long drop(Lease lease, Home home) throws SQLException {
        tools.homes().reopen(home);
        if (hasTraces(home.database())) {
            try (Connection connection = open(home.database())) {
                connection.setAutoCommit(false);
                lease.claim(connection); // R7, as long as the database is there to hold it in
                Optional<TenantId> other = Residency.otherResident(connection, home.schema(), lease.tenant());
                if (other.isPresent()) {
                    throw new RehomeException(
                            ErrorKind.INVARIANT,
                            home + " is the home of tenant " + other.get() + " and bears the name of " + lease.tenant()
                                    + "'s. Nothing there was touched; find out which is right.");
                }
                connection.commit();
            }
        }
        long rows = tools.homes().exists(home) ? rows(lease.tenant(), home) : 0;
        tools.homes().drop(home);
        return rows;
    }

    private long purge(Lease lease, Home home, LongConsumer listener) throws SQLException {
        try (Connection connection = tools.open(home)) {
            Purge purge = new Purge(
                    lease,
                    tools.tenantColumn(),
                    tools.strategy().migration().batchRows(),
                    listener,
                    connection,
                    home.schema());
            purge.run();
            if (purge.removed() > 0) {
                clean(home);
            }
            return purge.removed();
        }
    }

    /**
     * Dead rows stay on their pages, and the planner's statistics keep values of single rows as samples. Not analyzed alone: pages
     * that are all dead would have the planner take the table for empty for good.
     */
    private void clean(Home home) throws SQLException {
        try (Connection connection = tools.servers().open(home, DatabaseRole.OWNER, LifeTools.APPLICATION);
                Statement statement = connection.createStatement()) {
            for (TenantTable table : TenantTables.read(connection, home.schema(), tools.tenantColumn())) {
                statement.execute("vacuum (analyze) " + table.in(home.schema()));
            }
        }
    }

    /**
     * Removes what the schema {@code rehome} of a database has of the tenant: residency, changes, leases, plans of copies.
     *
     * @return how many rows
     */
    long forget(Lease lease, Database database) throws SQLException {
        if (!hasTraces(database)) {
            return 0;
        }
        try (Connection connection = open(database)) {
            MoverTransaction.beginReadCommitted(connection, lease.tenant().value());
            lease.claim(connection);
            long rows = Residency.forget(connection, lease.tenant());
            for (String table : TRACES) {
                try (PreparedStatement statement =
                        connection.prepareStatement("delete from " + table + " where tenant_id = ?")) {
                    statement.setObject(1, lease.tenant().value());
                    int gone = statement.executeUpdate();
                    rows += table.equals("rehome.lease") ? 0 : gone; // there was this operation's own at least
                }
            }
            connection.commit();
            return rows;
        }
    }

    /** How many rows of the tenant there are in a home; 0 if it does not exist. An own home that exists counts as one at least. */
    long remaining(TenantId tenant, Home home) throws SQLException {
        if (!hasDatabase(home.database())) {
            return 0;
        }
        if (!tools.homes().exists(home)) {
            return home.tier() == Tier.DATABASE ? 1 : 0; // the database is there, and its removal was cut off
        }
        long rows = rows(tenant, home);
        return home.tier() == Tier.SHARED ? rows : Math.max(1, rows);
    }

    private long rows(TenantId tenant, Home home) throws SQLException {
        long rows = 0;
        try (Connection connection = tools.open(home)) {
            MoverTransaction.beginReadCommitted(connection, tenant.value());
            for (TenantTable table : TenantTables.read(connection, home.schema(), tools.tenantColumn())) {
                rows += count(
                        connection,
                        "select count(*) from " + table.in(home.schema()) + " where "
                                + SqlNames.quote(table.tenantColumn()) + " = ?",
                        tenant);
            }
            connection.commit();
        } catch (RehomeException e) {
            if (e.kind() == ErrorKind.CONFIGURATION) {
                return 0; // a schema whose tables were never made
            }
            throw e;
        }
        return rows;
    }

    /** How many rows of the tenant the schema {@code rehome} of a database has. */
    long remaining(TenantId tenant, Database database) throws SQLException {
        if (!hasTraces(database)) {
            return 0;
        }
        try (Connection connection = open(database)) {
            long rows = count(connection, "select count(*) from rehome.residency where tenant_id = ?", tenant);
            for (String table : TRACES) {
                rows += count(connection, "select count(*) from " + table + " where tenant_id = ?", tenant);
            }
            return rows;
        }
    }

    private static long count(Connection connection, String sql, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Connection open(Database database) throws SQLException {
        return tools.servers().open(database, "rehome", DatabaseRole.MOVER, LifeTools.APPLICATION);
    }

    private boolean hasDatabase(Database database) throws SQLException {
        // A database whose removal was begun refuses connections and is there all the same.
        return tools.homes().exists(database);
    }

    private boolean hasTraces(Database database) throws SQLException {
        if (!hasDatabase(database)) {
            return false;
        }
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select to_regclass('rehome.residency') is not null")) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException e) {
            if (SqlState.isNoSuchHome(e)) {
                return false;
            }
            throw e;
        }
    }
}
