package dev.rehome.schema;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The database that a server's databases of tenants are copied from, with the schema {@code rehome} in it. It is called after
 * what is in it, so that a newer changelog or other roles mean another one; it accepts no connections once it is complete, which
 * is how it can be told from what a killed process has left. Can be dropped at any time. Thread-safe.
 */
final class DatabaseTemplates {
    private static final String PREFIX = "rehome_template_";
    /** The changesets that name their database, and that {@link Homes} does for each one itself. */
    private static final List<String> DONE_FOR_EACH = List.of("temporary-tables");
    /** A copy is refused while somebody who has looked for it at the same time is connected to a new template. */
    private static final int ATTEMPTS = 5;

    /** Complete ones, by server. */
    private final ConcurrentMap<String, String> complete = new ConcurrentHashMap<>();

    /** What it needs of {@link Homes}. */
    interface Context {
        Servers servers();

        Connection open(Database database, String schema) throws SQLException;

        Map<String, String> parameters(Database database);
    }

    /**
     * Makes a database.
     *
     * @param maintenance to another database on its server
     */
    void copy(Context context, Connection maintenance, Database database) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            String template = complete(context, maintenance, database.server());
            try (Statement statement = maintenance.createStatement()) {
                statement.execute(
                        "create database " + SqlNames.quote(database.name()) + " template " + SqlNames.quote(template));
                break;
            } catch (SQLException e) {
                complete.remove(database.server(), template);
                // Somebody has dropped it, or is still at it.
                if (attempt == ATTEMPTS || !(SqlState.isNoSuchHome(e) || SqlState.isPassing(e))) {
                    throw e;
                }
            }
        }
        adopt(context, database);
    }

    /** What has been done in the template under its own name is as good as done; Liquibase fills in the checksums. */
    private static void adopt(Context context, Database database) throws SQLException {
        try (Connection connection = context.open(database, Homes.DATABASE_SCHEMA);
                PreparedStatement statement = connection.prepareStatement(
                        "update rehome.databasechangelog set md5sum = null where id = any (?)")) {
            statement.setArray(1, connection.createArrayOf("text", DONE_FOR_EACH.toArray()));
            statement.executeUpdate();
        }
    }

    private String complete(Context context, Connection maintenance, String server) throws SQLException {
        String known = complete.get(server);
        if (known != null) {
            return known;
        }
        Map<String, String> parameters = context.parameters(new Database(server, PREFIX));
        String family = PREFIX
                + Integer.toHexString(context.servers()
                        .login(server, DatabaseRole.OWNER)
                        .user()
                        .concat(parameters.toString())
                        .hashCode())
                + "_";
        String name =
                family + WantedChangesets.of(Changelog.DATABASE, parameters).fingerprint();
        lock(maintenance, "pg_advisory_lock", name);
        try {
            make(context, maintenance, new Database(server, name));
            dropOlder(maintenance, family, name);
        } finally {
            lock(maintenance, "pg_advisory_unlock", name);
        }
        complete.put(server, name);
        return name;
    }

    private static void lock(Connection maintenance, String function, String name) throws SQLException {
        try (PreparedStatement statement =
                maintenance.prepareStatement("select " + function + "(hashtextextended(?, 0))")) {
            statement.setString(1, name);
            statement.execute();
        }
    }

    private static void make(Context context, Connection maintenance, Database template) throws SQLException {
        String name = SqlNames.quote(template.name());
        try (PreparedStatement look = maintenance.prepareStatement(
                        "select datistemplate and not datallowconn from pg_database where datname = ?");
                Statement statement = maintenance.createStatement()) {
            look.setString(1, template.name());
            try (ResultSet row = look.executeQuery()) {
                if (row.next()) {
                    if (row.getBoolean(1)) {
                        return;
                    }
                    // Whoever began it is gone, or somebody has opened it and may have left something there.
                    statement.execute("alter database " + name + " with is_template false");
                    statement.execute("drop database " + name + " with (force)");
                }
            }
            statement.execute("create database " + name);
            try (Connection connection = context.open(template, Homes.DATABASE_SCHEMA)) {
                Changelog.DATABASE.update(connection, Homes.DATABASE_SCHEMA, context.parameters(template));
            }
            statement.execute("alter database " + name + " with allow_connections false is_template true");
        }
    }

    /** Of the same roles. A process that still needs one makes it again. */
    private static void dropOlder(Connection maintenance, String family, String current) throws SQLException {
        List<String> older = new ArrayList<>();
        try (PreparedStatement statement = maintenance.prepareStatement("select datname from pg_database"
                + " where starts_with(datname, ?) and datname <> ? and datistemplate and not datallowconn")) {
            statement.setString(1, family);
            statement.setString(2, current);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    older.add(SqlNames.quote(row.getString(1)));
                }
            }
        }
        try (Statement statement = maintenance.createStatement()) {
            for (String name : older) {
                try {
                    statement.execute("alter database " + name + " with is_template false");
                    statement.execute("drop database if exists " + name);
                } catch (SQLException e) {
                    if (!SqlState.isPassing(e) && !SqlState.isNoSuchHome(e)) {
                        throw e;
                    }
                    // Being copied from, or dropped by another process: the next one to make a template looks again.
                }
            }
        }
    }
}
