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
    /** The schema of what every database with homes has once; not a home. */
    public static final String DATABASE_SCHEMA = "rehome";

    private static final String APPLICATION = "rehome schema";
    /** Rights on a database that is not the public's are given in one transaction, so any of them means all. */
    private static final String GRANTED =
            "select from pg_database where datname = ? and exists (select from aclexplode(datacl) where grantee <> datdba)"
                    + " and not exists (select from aclexplode(datacl) where grantee = 0)";

    private final Servers servers;
    private final Database control;
    private final String tenantColumn;
    private final Renderings renderings;
    /** Databases whose schema rehome this process has brought up to date already. */
    private final Set<Database> upToDate;

    private final DatabaseTemplates templates;

    /** @param control the database that the directory is in; other databases are created from a connection to it */
    public Homes(Servers servers, Database control, String tenantColumn) {
        this(
                servers,
                control,
                tenantColumn,
                Renderings.of(Changelog.HOME),
                ConcurrentHashMap.newKeySet(),
                new DatabaseTemplates());
    }

    private Homes(
            Servers servers,
            Database control,
            String tenantColumn,
            Renderings renderings,
            Set<Database> upToDate,
            DatabaseTemplates templates) {
        this.servers = servers;
        this.control = control;
        this.tenantColumn = tenantColumn;
        this.renderings = renderings;
        this.upToDate = upToDate;
        this.templates = templates;
    }

    /** The database that the directory is in. */
    public Database control() {
        return control;
    }

    /** What makes the tables of homes. */
    public Changelog changelog() {
        return renderings.changelog();
    }

    /** The same homes, reached by other connections. */
    public Homes reachedBy(Servers other) {
        return new Homes(other, control, tenantColumn, renderings, upToDate, templates);
    }

    /** The same homes, whose tables are made by another changelog than {@link Changelog#HOME}. */
    public Homes madeBy(Changelog other) {
        return new Homes(servers, control, tenantColumn, Renderings.of(other), upToDate, templates);
    }

    /** Brings up the directory's tables in the control database. Only looks if there is nothing to do. */
    public void createDirectory() throws SQLException {
        try (Connection connection = open(control, "rehome_directory")) {
            Map<String, String> parameters = changelogParameters(control);
            if (isH2(control)
                    || !Changelog.DIRECTORY
                            .missing(connection, "rehome_directory", parameters)
                            .isEmpty()) {
                Changelog.DIRECTORY.update(connection, "rehome_directory", parameters);
            }
        }
    }

    /**
     * As {@link #createDirectory}, before anything is written there: a newer process may need more of it than an older one has made.
     *
     * @throws RehomeException (EXTERNAL) if that fails
     */
    public void bringUpDirectory() {
        try {
            createDirectory();
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The directory could not be brought up to date (SQLSTATE " + e.getSQLState()
                            + "). Check the owner's login and rights.",
                    e);
        }
    }

    /** @throws RehomeException (CONFIGURATION) if schema or database cannot be called so; nothing is asked of the server */
    public void requireUsable(Home home) {
        if (!isH2(home.database())) {
            HomeNames.requireUsable(home);
        }
    }

    /** Creates the home complete: nobody can enter it before a residency row says so. */
    public void create(Home home) throws SQLException {
        create(home, Changelog.Guard.NONE);
    }

    /**
     * As {@link #create(Home)}.
     *
     * @param guard asked, with the changelog's lock held, before tables of a home are changed that was there before
     */
    public void create(Home home, Changelog.Guard guard) throws SQLException {
        createUnprotected(home, guard);
        protect(home);
    }

    /** Waits until nobody is changing the home's tables. */
    public void awaitChanges(Home home) throws SQLException {
        try (HomeTables tables = tablesIn(home.database())) {
            tables.awaitChanges(home);
        }
    }

    /** As {@link #create}, without row-level security, which would refuse a bulk load. Follow with {@link #protect}. */
    public void createUnprotected(Home home) throws SQLException {
        createUnprotected(home, Changelog.Guard.NONE);
    }

    private void createUnprotected(Home home, Changelog.Guard guard) throws SQLException {
        if (isH2(home.database())) {
            try (Connection connection = open(home.database(), "PUBLIC")) {
                renderings.changelog().update(connection, home.schema(), Map.of());
            }
            return;
        }
        HomeNames.requireUsable(home);
        if (home.tier() == Tier.DATABASE) {
            createDatabase(home.database());
        }
        bringUp(home.database());
        try (Connection connection = open(home.database(), home.schema());
                HomeTables tables = new HomeTables(connection, contextOf(home.database()))) {
            if (home.tier() == Tier.SCHEMA) {
                createTenantRole(connection, home);
            }
            tables.bringUp(home, false, guard);
        }
    }

    /** The tables of the homes in a database. Close it. */
    public HomeTables tablesIn(Database database) throws SQLException {
        return new HomeTables(open(database, DATABASE_SCHEMA), contextOf(database));
    }

    private HomeTables.Context contextOf(Database database) {
        Map<String, String> parameters = changelogParameters(database);
        return new HomeTables.Context() {
            @Override
            public Connection open(String schema) throws SQLException {
                return Homes.this.open(database, schema);
            }

            @Override
            public void protect(Connection connection, Home home, boolean rowSecurity) throws SQLException {
                Homes.this.protect(connection, home, rowSecurity);
            }

            @Override
            public Map<String, String> parameters() {
                return parameters;
            }

            @Override
            public Renderings renderings() {
                return renderings;
            }
        };
    }

    /**
     * Brings the schema {@code rehome} of a database up to date. Only looks if there is nothing to do; not even that if this
     * process has looked already.
     */
    public void bringUp(Database database) throws SQLException {
        if (!isH2(database) && !upToDate.contains(database)) {
            try (Connection connection = open(database, DATABASE_SCHEMA)) {
                Map<String, String> parameters = changelogParameters(database);
                if (!Changelog.DATABASE
                        .missing(connection, DATABASE_SCHEMA, parameters)
                        .isEmpty()) {
                    Changelog.DATABASE.update(connection, DATABASE_SCHEMA, parameters);
                }
            }
            upToDate.add(database);
        }
    }

    /**
     * The changesets of the schema {@code rehome} that a database lacks, or has in another form than this version's. Only looks.
     */
    public List<String> missingChangesets(Database database) throws SQLException {
        try (Connection connection = open(database, DATABASE_SCHEMA)) {
            return Changelog.DATABASE.missing(connection, DATABASE_SCHEMA, changelogParameters(database));
        }
    }

    /**
     * Looks whether a tenant can move from one home to the other, as to their levels. A home of the tenant's own is made at the
     * newest level, so the source has to be there; two shared homes have to be at the same. Waits for whoever is changing their
     * tables: a caller that has written the move down before sees what that one has done, and whoever comes later sees the move.
     *
     * @throws RehomeException (CONFIGURATION) if they are not at the same level
     */
    public void requireSameLevel(Home source, Home target) throws SQLException {
        if (isH2(source.database())) {
            return;
        }
        List<String> here;
        try (HomeTables tables = tablesIn(source.database())) {
            tables.awaitChanges(source);
            Level level = tables.level(source);
            if (level.equals(Level.NONE)) {
                return; // made by something else than a changelog: its tables are compared, and that is all that can be
                // done
            }
            here = missingAt(tables, source, level);
        }
        List<String> there = List.of();
        if (target.tier() == Tier.SHARED && exists(target)) {
            try (HomeTables tables = tablesIn(target.database())) {
                tables.awaitChanges(target);
                there = missingAt(tables, target, tables.level(target));
            }
        }
        if (!here.equals(there)) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    source + " and " + target + " are at different levels of the changelog: the first lacks " + here
                            + ", the second " + there + ". Cancel the move if it is planned already, run"
                            + " 'rehome schema migrate', then start it again.");
        }
    }

    private static List<String> missingAt(HomeTables tables, Home home, Level level) throws SQLException {
        return tables.rendering(home, level).changesets().stream()
                .filter(changeset -> !changeset.runsAlways())
                .map(Rendering.Changeset::toString)
                .toList();
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

    /**
     * Makes a tenant's own home out of one that nobody uses yet: gives it its name (a schema together with its role, or a
     * database) and brings it to the newest level. If it has its name by now, only that. Can be repeated.
     *
     * @param spare of the same tier, and for a schema in the same database
     */
    public void adopt(Home spare, Home home) throws SQLException {
        if (spare.tier() == Tier.DATABASE) {
            renameDatabase(spare.database(), home.database());
            bringUp(home.database());
        }
        boolean upToDate;
        try (HomeTables tables = tablesIn(home.database())) {
            if (spare.tier() == Tier.SCHEMA) {
                tables.renameSchema(spare, home);
            }
            upToDate = isUpToDate(tables, home);
        }
        if (!upToDate) {
            create(home);
        }
    }

    private void renameDatabase(Database spare, Database own) throws SQLException {
        try (Connection connection = openMaintenance(spare);
                Statement statement = connection.createStatement()) {
            if (asks(connection, spare, "select from pg_database where datname = ?")) {
                endConnections(connection, spare);
                statement.execute(
                        "alter database " + SqlNames.quote(spare.name()) + " rename to " + SqlNames.quote(own.name()));
            }
        }
        if (upToDate.remove(spare)) {
            upToDate.add(own);
        }
    }

    /** Whether the tables of a home are at the newest level of the changelog. */
    public boolean isUpToDate(Home home) throws SQLException {
        try (HomeTables tables = tablesIn(home.database())) {
            return isUpToDate(tables, home);
        }
    }

    private static boolean isUpToDate(HomeTables tables, Home home) throws SQLException {
        Level level = tables.level(home);
        return !level.equals(Level.NONE) && tables.rendering(home, level).isUpToDate();
    }

    private void dropSchema(Home home) throws SQLException {
        try (Connection connection = open(home.database(), DATABASE_SCHEMA);
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

    /** Ends the connections of our own roles; the server itself waits a few seconds for their end before it refuses. */
    private void endConnections(Connection connection, Database database) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = ? and usename in (?, ?, ?)")) {
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

    /** A copy of the server's template. */
    private void createDatabase(Database database) throws SQLException {
        try (Connection connection = openMaintenance(database)) {
            if (!asks(connection, database, "select from pg_database where datname = ?")) {
                templates.copy(templateContext(), connection, database);
                upToDate.add(database);
            }
            if (!asks(connection, database, GRANTED)) {
                String name = SqlNames.quote(database.name());
                String mover = user(database, DatabaseRole.MOVER);
                try (Statement statement = connection.createStatement()) {
                    // One transaction: nobody is shut out of a database that is in use.
                    statement.execute("revoke all on database " + name + " from public; grant connect on database "
                            + name + " to " + user(database, DatabaseRole.APP)
                            + "; grant connect, temporary on database " + name + " to " + mover);
                }
            }
        }
    }

    private DatabaseTemplates.Context templateContext() {
        return new DatabaseTemplates.Context() {
            @Override
            public Servers servers() {
                return servers;
            }

            @Override
            public Connection open(Database database, String schema) throws SQLException {
                return Homes.this.open(database, schema);
            }

            @Override
            public Map<String, String> parameters(Database database) {
                return changelogParameters(database);
            }
        };
    }

    private boolean databaseExists(Database database) throws SQLException {
        return ask(database, "select from pg_database where datname = ?");
    }

    private boolean isUsable(Database database) throws SQLException {
        return ask(database, "select from pg_database where datname = ? and datallowconn");
    }

    private boolean ask(Database database, String sql) throws SQLException {
        try (Connection connection = openMaintenance(database)) {
            return asks(connection, database, sql);
        }
    }

    private static boolean asks(Connection connection, Database database, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
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
        // Nobody else's rows belong in a home of one's own, and whoever looks for them must be able to see them.
        boolean inspectable = rowSecurity && home.tier() != Tier.SHARED;
        try (PreparedStatement statement = connection.prepareStatement("select rehome.protect_home(?, ?, ?, ?, ?)"
                + (inspectable ? "; select rehome.permit_inspection(?, ?)" : ""))) {
            if (inspectable) {
                statement.setString(6, home.schema());
                statement.setString(7, tenantColumn);
            }
            statement.setString(1, home.schema());
            statement.setString(2, tenantColumn);
            statement.setString(3, application);
            statement.setString(
                    4,
                    servers.login(home.database().server(), DatabaseRole.MOVER).user());
            statement.setBoolean(5, rowSecurity);
            statement.execute();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                if (row.getInt(1) == 0) {
                    throw new RehomeException(
                            ErrorKind.CONFIGURATION,
                            "The changelog made no table with a column " + tenantColumn + " in " + home
                                    + ". Correct the name of the tenant's column.");
                }
            }
        }
    }

    private Map<String, String> changelogParameters(Database database) {
        return isH2(database)
                ? Map.of()
                : Map.of(
                        Renderings.DATABASE_NAME,
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
