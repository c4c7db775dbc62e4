package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import liquibase.CatalogAndSchema.CatalogAndSchemaCase;
import liquibase.ChecksumVersion;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.change.CheckSum;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DatabaseChangelogCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.core.H2Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import liquibase.exception.LiquibaseException;
import liquibase.logging.core.NoOpLogService;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.jspecify.annotations.Nullable;

/**
 * A Liquibase changelog on the class path, and running it. Liquibase keeps state in static fields: two runs in one JVM
 * have left each other's changelog locks set, so runs take turns. Thread-safe.
 *
 * @param resource the root file, such as {@code liquibase/home.yaml}
 */
public record Changelog(String resource) {
    /** The tables of a home. */
    public static final Changelog HOME = new Changelog("liquibase/home.yaml");
    /** The schema {@code rehome} of a PostgreSQL database. */
    public static final Changelog DATABASE = new Changelog("liquibase/database.yaml");
    /** The schema {@code rehome_directory} of the control database. */
    public static final Changelog DIRECTORY = new Changelog("liquibase/directory.yaml");

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    /**
     * Brings the schema up to this changelog, creating the schema if it is missing. The connection must not be in a
     * transaction; its search path must be the schema. It stays open.
     *
     * @throws RehomeException (EXTERNAL) if a changeset fails
     */
    public void update(Connection connection, String schema, Map<String, String> parameters) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + SqlNames.quote(schema));
        }
        connection.setSchema(schema); // on H2 nobody could set it before it existed
        ONE_AT_A_TIME.lock();
        try {
            takeOverLock(connection, schema);
            Scope.child(scope(), () -> run(connection, schema, parameters));
            connection.setAutoCommit(true);
            giveLock(connection, schema); // a connection whose run has failed is closed, which gives it too
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Changelog " + resource + " failed in schema " + schema + ": " + e.getMessage()
                            + ". What it had applied stays; correct the cause and run it again.",
                    e);
        } finally {
            ONE_AT_A_TIME.unlock();
            connection.setAutoCommit(true);
        }
    }

    /**
     * The ids of the changesets that the schema lacks, or has run in another form than this one. Only looks; a schema that was
     * never made lacks all.
     */
    List<String> missing(Connection connection, String schema, Map<String, String> parameters) throws SQLException {
        Map<String, @Nullable String> ran = ran(connection, schema);
        List<String> missing = new ArrayList<>();
        ONE_AT_A_TIME.lock();
        try {
            Scope.child(scope(), () -> {
                ChangeLogParameters values = new ChangeLogParameters();
                parameters.forEach(values::set);
                ClassLoaderResourceAccessor accessor = accessor();
                ChangeLogParserFactory.getInstance()
                        .getParser(resource, accessor)
                        .parse(resource, values, accessor)
                        .getChangeSets()
                        .stream()
                        .filter(changeset -> !ran.containsKey(changeset.getId())
                                || !isSameForm(changeset, ran.get(changeset.getId())))
                        .forEach(changeset -> missing.add(changeset.getId()));
            });
        } catch (Exception e) {
            throw new RehomeException(
                    ErrorKind.INVARIANT, "Changelog " + resource + " cannot be read: " + e.getMessage() + ".", e);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
        return missing;
    }

    private static boolean isSameForm(ChangeSet changeset, @Nullable String checksum) {
        return checksum == null
                || CheckSum.parse(checksum)
                        .equals(changeset.generateCheckSum(ChecksumVersion.enumFromChecksumVersion(
                                CheckSum.parse(checksum).getVersion())));
    }

    /** By id; the checksum is null where Liquibase is to compute it anew. */
    private static Map<String, @Nullable String> ran(Connection connection, String schema) throws SQLException {
        Map<String, @Nullable String> ran = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select to_regclass(format('%I.databasechangelog', ?::text)) is not null")) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return ran;
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(
                        "select id, md5sum from " + SqlNames.quote(schema, "databasechangelog"));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ran.put(row.getString(1), row.getString(2));
            }
        }
        return ran;
    }

    private static Map<String, Object> scope() {
        Map<String, Object> scope = new LinkedHashMap<>();
        scope.put("liquibase.analytics.enabled", false);
        scope.put(Scope.Attr.logService.name(), new NoOpLogService());
        scope.put(Scope.Attr.ui.name(), new LoggerUIService());
        scope.put(Scope.Attr.resourceAccessor.name(), accessor());
        return scope;
    }

    private static ClassLoaderResourceAccessor accessor() {
        return new ClassLoaderResourceAccessor(Changelog.class.getClassLoader());
    }

    /**
     * Liquibase's own lock is a row, which outlives whoever set it and then died. Behind a lock of the session, which does not,
     * it can only be such a one, and is taken away.
     */
    private static void takeOverLock(Connection connection, String schema) throws SQLException {
        if (!"PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_lock(hashtextextended('rehome changelog ' || ?, 0))")) {
            statement.setString(1, schema);
            statement.execute();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "select to_regclass(format('%I.databasechangeloglock', ?::text)) is not null")) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return;
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("update " + SqlNames.quote(schema, "databasechangeloglock")
                    + " set locked = false, lockgranted = null, lockedby = null where locked");
        }
    }

    private static void giveLock(Connection connection, String schema) throws SQLException {
        if ("PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select pg_advisory_unlock(hashtextextended('rehome changelog ' || ?, 0))")) {
                statement.setString(1, schema);
                statement.execute();
            }
        }
    }

    private void run(Connection connection, String schema, Map<String, String> parameters) throws LiquibaseException {
        // Not closed: closing the Liquibase database would close the caller's connection.
        Database database = database(new JdbcConnection(connection));
        database.setDefaultSchemaName(schema);
        database.setLiquibaseSchemaName(schema);
        CommandScope update = new CommandScope(UpdateCommandStep.COMMAND_NAME)
                .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, resource)
                .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF);
        ChangeLogParameters values = new ChangeLogParameters(database);
        parameters.forEach(values::set);
        update.addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_PARAMETERS, values);
        update.execute();
    }

    private static Database database(JdbcConnection connection) throws DatabaseException {
        Database database = DatabaseFactory.getInstance().findCorrectDatabaseImplementation(connection);
        if (database instanceof H2Database) {
            database = new LowerCaseH2();
            database.setConnection(connection);
        }
        return database;
    }

    /** H2 as Rehome uses it, with DATABASE_TO_LOWER. Liquibase's own looks for its tables in upper case, and makes them again. */
    private static final class LowerCaseH2 extends H2Database {
        private LowerCaseH2() {
            this.unquotedObjectsAreUppercased = false;
        }

        @Override
        public CatalogAndSchemaCase getSchemaAndCatalogCase() {
            return CatalogAndSchemaCase.LOWER_CASE;
        }
    }
}
