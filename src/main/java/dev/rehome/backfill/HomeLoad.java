package dev.rehome.backfill;

import dev.rehome.backfill.LoadOrder.Step;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Fills a home with one tenant's rows that come from elsewhere than a home, such as a file. The rows come without the tenant's
 * column, which gets its value here: so none can be another tenant's. Shared tables are filled in one transaction, which leaves
 * nothing behind if it fails. A home of the tenant's own loses its keys, indexes and foreign keys and gets them back; after a
 * failure it is to be dropped. Nobody is admitted to the home meanwhile. For one use, by one thread.
 */
public final class HomeLoad {
    private final Servers servers;
    private final Lease lease;
    private final Home home;
    private final TenantTables tables;
    private final int workers;

    /**
     * @param lease claimed at the home; without it nothing is written there
     * @param tables of the home, without row-level security if it is the tenant's own
     * @param workers connections that build indexes at the same time
     */
    public HomeLoad(Servers servers, Lease lease, Home home, TenantTables tables, int workers) {
        this.servers = servers;
        this.lease = lease;
        this.home = home;
        this.tables = tables;
        this.workers = workers;
    }

    /** Takes rows in COPY's encoding. */
    @FunctionalInterface
    public interface Sink {
        void write(byte[] bytes, int from, int length) throws SQLException;
    }

    /** Where the rows come from. */
    public interface Rows {
        /** The columns in the order in which they come, without the tenant's. */
        List<Column> columns(TenantTable table);

        /** Whether they come in COPY's binary format, or as text. */
        boolean isBinary(TenantTable table);

        /** Writes all rows of a table. */
        void feed(TenantTable table, Sink sink) throws SQLException, IOException, InterruptedException;
    }

    /** Looks at the rows of a table that have arrived. What it throws ends the load, before anything is committed to shared tables. */
    @FunctionalInterface
    public interface Check {
        /** @param connection in a transaction that sees the rows; not always the same one, and perhaps in another thread */
        void look(Connection connection, TenantTable table) throws SQLException;
    }

    public void run(Rows rows, Check check) throws SQLException, IOException, InterruptedException {
        if (home.tier() == Tier.SHARED) {
            fillShared(rows, check);
        } else {
            fillOwn(rows, check);
        }
    }

    private void fillShared(Rows rows, Check check) throws SQLException, IOException, InterruptedException {
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, Backfill.APPLICATION);
                Statement statement = connection.createStatement()) {
            MoverTransaction.beginReadCommitted(connection, lease.tenant().value());
            try {
                lease.hold(connection); // R7
                // The server may take the tables for empty, and would read all of a parent for each child that it
                // checks.
                statement.execute("set local enable_seqscan = off; set local jit = off");
                for (Step step : LoadOrder.read(servers, home, tables)) {
                    if (step.inOneTransaction() && step.tables().size() > 1) {
                        statement.execute("set constraints all deferred");
                    }
                    for (TenantTable table : step.tables()) {
                        stage(connection, statement, table, rows);
                    }
                }
                statement.execute(
                        "set constraints all immediate; set local enable_seqscan = on; set local jit to default");
                for (TenantTable table : tables) {
                    check.look(connection, table);
                }
                connection.commit();
            } catch (SQLException | IOException | InterruptedException | RuntimeException e) {
                MoverTransaction.rollback(connection, e);
                throw e;
            }
        }
    }

    private void stage(Connection connection, Statement statement, TenantTable table, Rows rows)
            throws SQLException, IOException, InterruptedException {
        String names = names(rows.columns(table));
        String temporary = SqlNames.quote("pg_temp", table.name());
        statement.execute("create temporary table " + temporary + " on commit drop as select " + names + " from "
                + table.in(home.schema()) + " with no data");
        copy(connection, temporary, table, rows);
        statement.execute("insert into " + table.in(home.schema()) + " (" + SqlNames.quote(table.tenantColumn())
                + comma(names) + ") overriding system value select current_setting('rehome.tenant')::uuid"
                + comma(names) + " from " + temporary);
        statement.execute("drop table " + temporary);
    }

    private void fillOwn(Rows rows, Check check) throws SQLException, IOException, InterruptedException {
        FreshTables fresh = new FreshTables(servers, lease, home, tables);
        fresh.drop();
        Map<String, String> defaults = setTenant();
        ExecutorService checking = Executors.newSingleThreadExecutor(task -> new Thread(task, "rehome-load-check"));
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, Backfill.APPLICATION);
                Connection second = servers.open(home, DatabaseRole.MOVER, Backfill.APPLICATION)) {
            Map<TenantTable, Future<?>> looks = new LinkedHashMap<>();
            try {
                for (TenantTable table : tables) {
                    MoverTransaction.beginReadCommitted(
                            connection, lease.tenant().value());
                    lease.hold(connection); // R7
                    copy(connection, table.in(home.schema()), table, rows);
                    connection.commit();
                    looks.put(table, checking.submit(() -> {
                        MoverTransaction.beginReadCommitted(
                                second, lease.tenant().value());
                        check.look(second, table);
                        second.commit();
                        return table;
                    }));
                }
                for (Future<?> look : looks.values()) {
                    await(look);
                }
            } catch (SQLException | IOException | InterruptedException | RuntimeException e) {
                MoverTransaction.rollback(connection, e);
                second.unwrap(PGConnection.class).cancelQuery();
                throw e;
            } finally {
                checking.shutdownNow();
            }
        }
        restoreDefaults(defaults);
        fresh.buildKeys(workers);
        fresh.buildRest(workers);
    }

    private static void await(Future<?> look) throws SQLException, InterruptedException {
        try {
            look.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }

    private void copy(Connection connection, String into, TenantTable table, Rows rows)
            throws SQLException, IOException, InterruptedException {
        CopyIn in = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + into + " (" + names(rows.columns(table)) + ") from stdin"
                        + (rows.isBinary(table) ? " (format binary)" : " (format text)"));
        try {
            rows.feed(table, in::writeToCopy);
            in.endCopy();
        } catch (SQLException | IOException | InterruptedException | RuntimeException e) {
            try {
                if (in.isActive()) {
                    in.cancelCopy();
                }
            } catch (SQLException onCancel) {
                e.addSuppressed(onCancel);
            }
            throw e;
        }
    }

    /** Has every table fill the tenant's column by itself. Returns the defaults that this replaced, by table. */
    private Map<String, String> setTenant() throws SQLException {
        Map<String, String> replaced = new LinkedHashMap<>();
        asOwner((connection, statement) -> {
            for (TenantTable table : tables) {
                String before = columnDefault(connection, table);
                if (before != null) {
                    replaced.put(table.name(), before);
                }
                statement.execute(alterTenant(table) + "set default "
                        + SqlNames.literal(lease.tenant().toString()) + "::uuid");
            }
        });
        return replaced;
    }

    private void restoreDefaults(Map<String, String> defaults) throws SQLException {
        asOwner((connection, statement) -> {
            for (TenantTable table : tables) {
                String before = defaults.get(table.name());
                statement.execute(alterTenant(table) + (before == null ? "drop default" : "set default " + before));
            }
        });
    }

    private interface OwnersWork {
        void run(Connection connection, Statement statement) throws SQLException;
    }

    private void asOwner(OwnersWork work) throws SQLException {
        try (Connection connection = servers.open(home, DatabaseRole.OWNER, Backfill.APPLICATION);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            lease.hold(connection); // R7
            work.run(connection, statement);
            connection.commit();
        }
    }

    private @Nullable String columnDefault(Connection connection, TenantTable table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d join pg_attribute a"
                        + " on a.attrelid = d.adrelid and a.attnum = d.adnum"
                        + " where d.adrelid = ?::regclass and a.attname = ?")) {
            statement.setString(1, table.in(home.schema()));
            statement.setString(2, table.tenantColumn());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private String alterTenant(TenantTable table) {
        return "alter table " + table.in(home.schema()) + " alter column " + SqlNames.quote(table.tenantColumn()) + " ";
    }

    private static String names(List<Column> columns) {
        return SqlNames.list(columns.stream().map(Column::name).toList());
    }

    private static String comma(String names) {
        return names.isEmpty() ? "" : ", " + names;
    }
}
