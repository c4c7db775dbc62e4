package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates and drops homes: databases, schemas, roles, the tables in them, and what protects them. Everything can be
 * repeated; what exists already is left as it is. A server older than PostgreSQL 16 is refused (CONFIGURATION).
 * Thread-safe.
 */
public final class Homes {
    private static final String APPLICATION = "rehome schema";

    private final Servers servers;
    private final Database control;
    private final String tenantColumn;
    private final Changelog tables;
    /** Databases whose schema rehome this process has brought up to date already. */
    private final Set<Database> upToDate;

    /** @param control the database that the directory is in; other databases are created from a connection to it */
    public Homes(Servers servers, Database control, String tenantColumn) {
        this(servers, control, tenantColumn, Changelog.HOME, ConcurrentHashMap.newKeySet());
    }

    private Homes(Servers servers, Database control, String tenantColumn, Changelog tables, Set<Database> upToDate) {
        this.servers = servers;
        this.control = control;
        this.tenantColumn = tenantColumn;
        this.tables = tables;
        this.upToDate = upToDate;
    }

    /** The same homes, reached by other connections. */
    public Homes reachedBy(Servers other) {
        return new Homes(other, control, tenantColumn, tables, upToDate);
    }

    /** The same homes, whose tables are made by another changelog than {@link Changelog#HOME}. */
    public Homes madeBy(Changelog other) {
        return new Homes(servers, control, tenantColumn, other, upToDate);
    }

    /** Brings up the directory's tables in the control database. */
    public void createDirectory() throws SQLException {
        try (Connection connection = open(control, "rehome_directory")) {
            Changelog.DIRECTORY.update(connection, "rehome_directory", changelogParameters(control));
        }
    }

    /** Creates the home complete: nobody can enter it before a residency row says so. */
    public void create(Home home) throws SQLException {
        createUnprotected(home);
        protect(home);
    }

    /** As {@link #create}, without row-level security, which would refuse a bulk load. Follow with {@link #protect}. */
    public void createUnprotected(Home home) throws SQLException {
        if (isH2(home.database())) {
            try (Connection connection = open(home.database(), "PUBLIC")) {
                tables.update(connection, home.schema(), Map.of());
            }
            return;
        }
        HomeNames.requireUsable(home);
        if (home.tier() == Tier.DATABASE) {
            createDatabase(home.database());
        }
        bringUp(home.database());
        try (Connection connection = open(home.database(), home.schema())) {
            if (home.tier() == Tier.SCHEMA) {
                createTenantRole(connection, home);
            }
            tables.update(connection, home.schema(), changelogParameters(home.database()));
            protect(connection, home, false);
        }
    }

    /** Brings the schema {@code rehome} of a database up to date, unless this process has done so already. */
    public void bringUp(Database database) throws SQLException {
        if (!isH2(database) && !upToDate.contains(database)) {
            try (Connection connection = open(database, "rehome")) {
                Changelog.DATABASE.update(connection, "rehome", changelogParameters(database));
            }
            upToDate.add(database);
        }
    }

    /**
     * The changesets of the schema {@code rehome} that a database lacks, or has in another form than this version's. Only looks.
     */
    public List<String> missingChangesets(Database database) throws SQLException {
        try (Connection connection = open(database, "rehome")) {
            return Changelog.DATABASE.missing(connection, "rehome", changelogParameters(database));
        }
    }

    /** Switches row-level security on for the home's tables. */
    public void protect(Home home) throws SQLException {
        if (!isH2(home.database())) {
            try (Connection connection = open(home.database(), home.schema())) {
                protect(connection, home, true);
            }
        }
    }

    /** Whether the home's schema exists, in a database that can be used: one whose removal has begun is as good as gone. */
    public boolean exists(Home home) throws SQLException {
        if (home.tier() == Tier.DATABASE && !isH2(home.database()) && !isUsable(home.database())) {
            return false;
        }
        try (Connection connection = open(home.database(), home.schema());
                PreparedStatement statement = connection.prepareStatement(
                        "select 1 from information_schema.schemata where schema_name = ?")) {
            statement.setString(1, home.schema());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whether there is a database of this name, though its removal may have begun. */
    public boolean exists(Database database) throws SQLException {
        return isH2(database) || databaseExists(database);
    }

    /** Lets connections to a tenant's own database again whose removal was begun and cut off, so that it can be looked into. */
    public void reopen(Home home) throws SQLException {
        if (home.tier() == Tier.DATABASE
                && !isH2(home.database())
                && databaseExists(home.database())
                && !isUsable(home.database())) {
            try (Connection connection = openMaintenance(home.database());
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "alter database " + SqlNames.quote(home.database().name()) + " with allow_connections true");
            }
        }
    }

    /**
     * Drops a tenant's own schema or database with everything in it. Idle connections to the database are ended.
     *
     * @throws RehomeException (INVARIANT) if the home is shared
     */
    public void drop(Home home) throws SQLException {
        switch (home.tier()) {
            case SHARED ->
                throw new RehomeException(
                        ErrorKind.INVARIANT,
                        "Refused to drop the shared home " + home + ". Purge the tenant's rows instead.");
            case SCHEMA -> dropSchema(home);
            case DATABASE -> dropDatabase(home);
        }
    }

    private void dropSchema(Home home) throws SQLException {
        try (Connection connection = open(home.database(), "rehome");
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists " + SqlNames.quote(home.schema()) + " cascade");
            if (!isH2(home.database()) && roleExists(connection, roleOf(home))) {
                statement.execute("drop role " + SqlNames.quote(roleOf(home)));
            }
        }
    }

    private void dropDatabase(Home home) throws SQLException {
        if (isH2(home.database())) {
            try (Connection connection = open(home.database(), "PUBLIC");
                    Statement statement = connection.createStatement()) {
                statement.execute("drop schema if exists " + SqlNames.quote(home.schema()) + " cascade");
            }
            return;
        }
        try (Connection connection = openMaintenance(home.database());
                Statement statement = connection.createStatement()) {
            if (!databaseExists(home.database())) {
                return;
            }
            upToDate.remove(home.database());
            String name = SqlNames.quote(home.database().name());
            // Not WITH (FORCE), which is refused when a superuser or an autovacuum worker happens to be connected.
            statement.execute("alter database " + name + " with allow_connections false");
            try {
                endConnections(connection, home.database());
                statement.execute("drop database " + name);
            } catch (SQLException e) {
                reopen(statement, name, e);
                throw e;
            }
        }
    }

    /** A database that somebody else is still connected to stays as it was. */
    private static void reopen(Statement statement, String name, SQLException failure) {
        try {
            statement.execute("alter database " + name + " with allow_connections true");
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** Ends the connections of our own roles; the server itself waits a few seconds for others before it refuses. */
    private void endConnections(Connection connection, Database database) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ? and usename in (?, ?, ?)")) {
            statement.setString(1, database.name());
            int parameter = 2;
            for (DatabaseRole role : DatabaseRole.values()) {
                statement.setString(
                        parameter++, servers.login(database.server(), role).user());
            }
            statement.execute();
        }
    }

    /** The role that {@code enter} puts a transaction of a SCHEMA home in: called as the schema, so that {@code "$user"} finds it. */
    public static String roleOf(Home home) {
        return home.schema();
    }

    private void createDatabase(Database database) throws SQLException {
        if (databaseExists(database)) {
            return;
        }
        try (Connection connection = openMaintenance(database);
                Statement statement = connection.createStatement()) {
            String name = SqlNames.quote(database.name());
            statement.execute("create database " + name);
            statement.execute("revoke all on database " + name + " from public");
            statement.execute("grant connect on database " + name + " to " + user(database, DatabaseRole.APP));
            statement.execute(
                    "grant connect, temporary on database " + name + " to " + user(database, DatabaseRole.MOVER));
        }
    }

    private boolean databaseExists(Database database) throws SQLException {
        return ask(database, "select from pg_database where datname = ?");
    }

    private boolean isUsable(Database database) throws SQLException {
        return ask(database, "select from pg_database where datname = ? and datallowconn");
    }

    private boolean ask(Database database, String sql) throws SQLException {
        try (Connection connection = openMaintenance(database);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, database.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private void createTenantRole(Connection connection, Home home) throws SQLException {
        String role = SqlNames.quote(roleOf(home));
        try (Statement statement = connection.createStatement()) {
            if (!roleExists(connection, roleOf(home))) {
                statement.execute("create role " + role + " nologin");
            }
            // The application may become this role, but has none of its rights until it does.
            statement.execute("grant " + role + " to " + user(home.database(), DatabaseRole.APP)
                    + " with inherit false, set true");
        }
    }

    private static boolean roleExists(Connection connection, String role) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select from pg_roles where rolname = ?")) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private void protect(Connection connection, Home home, boolean rowSecurity) throws SQLException {
        String application = home.tier() == Tier.SCHEMA
                ? roleOf(home)
                : servers.login(home.database().server(), DatabaseRole.APP).user();
        try (PreparedStatement statement = connection.prepareStatement("select rehome.protect_home(?, ?, ?, ?, ?)")) {
            statement.setString(1, home.schema());
            statement.setString(2, tenantColumn);
            statement.setString(3, application);
            statement.setString(
                    4,
                    servers.login(home.database().server(), DatabaseRole.MOVER).user());
            statement.setBoolean(5, rowSecurity);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getInt(1) == 0) {
                    throw new RehomeException(
                            ErrorKind.CONFIGURATION,
                            "The changelog made no table with a column " + tenantColumn + " in " + home
                                    + ". Correct the name of the tenant's column.");
                }
            }
        }
        if (rowSecurity && home.tier() != Tier.SHARED) {
            permitInspection(connection, home);
        }
    }

    /** Nobody else's rows belong there, and whoever looks for them must be able to see them. */
    private void permitInspection(Connection connection, Home home) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select rehome.permit_inspection(?, ?)")) {
            statement.setString(1, home.schema());
            statement.setString(2, tenantColumn);
            statement.execute();
        }
    }

    private Map<String, String> changelogParameters(Database database) {
        return isH2(database)
                ? Map.of()
                : Map.of(
                        "database.name",
                        database.name(),
                        "role.app",
                        servers.login(database.server(), DatabaseRole.APP).user(),
                        "role.mover",
                        servers.login(database.server(), DatabaseRole.MOVER).user());
    }

    private String user(Database database, DatabaseRole role) {
        return SqlNames.quote(servers.login(database.server(), role).user());
    }

    private boolean isH2(Database database) {
        return servers.url(database).product() == DatabaseUrl.Product.H2;
    }

    private Connection open(Database database, String schema) throws SQLException {
        Connection connection =
                servers.open(database, isH2(database) ? "PUBLIC" : schema, DatabaseRole.OWNER, APPLICATION);
        try {
            OldestPostgres.require(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection to the database that exists on the server already, to create or drop another one from. */
    private Connection openMaintenance(Database database) throws SQLException {
        String existing = database.server().equals(control.server())
                ? control.name()
                : servers.get(database.server()).url().database();
        return open(new Database(database.server(), existing), "public");
    }
}
