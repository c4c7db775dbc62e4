package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import liquibase.CatalogAndSchema.CatalogAndSchemaCase;
import liquibase.UpdateSummaryEnum;
import liquibase.changelog.ChangeLogParameters;
import liquibase.command.CommandScope;
import liquibase.command.core.RollbackCountCommandStep;
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

/**
 * A Liquibase changelog, and running it. Thread-safe.
 *
 * @param resource the root file, such as {@code liquibase/home.yaml}: on the class path or else below the working directory
 */
public record Changelog(String resource) {
    /** The tables of a home. */
    public static final Changelog HOME = new Changelog("liquibase/home.yaml");
    /** The schema {@code rehome} of a PostgreSQL database. */
    public static final Changelog DATABASE = new Changelog("liquibase/database.yaml");
    /** The schema {@code rehome_directory} of the control database. */
    public static final Changelog DIRECTORY = new Changelog("liquibase/directory.yaml");

    /**
     * Brings the schema up to this changelog, creating the schema if it is missing. The connection must not be in a
     * transaction; its search path must be the schema. It stays open.
     *
     * @throws RehomeException (EXTERNAL) if a changeset fails
     */
    public void update(Connection connection, String schema, Map<String, String> parameters) throws SQLException {
        update(connection, schema, parameters, Guard.NONE);
    }

    void update(Connection connection, String schema, Map<String, String> parameters, Guard guard) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + SqlNames.quote(schema));
        }
        connection.setSchema(schema); // on H2 nobody could set it before it existed
        inTurn(
                connection,
                schema,
                parameters,
                guard,
                () -> new CommandScope(UpdateCommandStep.COMMAND_NAME)
                        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, resource)
                        .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF));
    }

    /**
     * Takes the latest changesets of the schema back, by Liquibase's roll-back. As {@link #update} otherwise.
     *
     * @param count how many
     */
    void rollBack(Connection connection, String schema, Map<String, String> parameters, int count, Guard guard)
            throws SQLException {
        connection.setAutoCommit(true);
        inTurn(
                connection,
                schema,
                parameters,
                guard,
                () -> new CommandScope(RollbackCountCommandStep.COMMAND_NAME)
                        .addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_FILE_ARG, resource)
                        .addArgumentValue(RollbackCountCommandStep.COUNT_ARG, count));
    }

    /** A command of Liquibase's, without its database and parameters. */
    @FunctionalInterface
    private interface Command {
        CommandScope make() throws LiquibaseException;
    }

    private void inTurn(
            Connection connection, String schema, Map<String, String> parameters, Guard guard, Command command)
            throws SQLException {
        try {
            LiquibaseTurn.take(resource, () -> {
                boolean locks = ChangelogLock.isKnownTo(connection);
                if (locks) {
                    ChangelogLock.take(connection, schema);
                }
                guard.check();
                if (isWhole(connection)) {
                    WholeTransaction.run(connection, whole -> run(whole, schema, parameters, command.make()));
                } else {
                    run(connection, schema, parameters, command.make());
                }
                connection.setAutoCommit(true);
                if (locks) {
                    ChangelogLock.give(
                            connection, schema); // a connection whose run has failed is closed, which gives it too
                }
                return schema;
            });
        } catch (SQLException | RehomeException e) {
            throw e;
        } catch (Exception e) {
            throw failed(schema, e);
        } finally {
            if (!connection.isClosed()) { // else it would hide why
                connection.setAutoCommit(true);
            }
        }
    }

    /** What a failure of Liquibase's means; its own messages say which changeset it was and repeat its SQL. */
    private RehomeException failed(String schema, Exception e) {
        return new RehomeException(
                ErrorKind.EXTERNAL,
                "Changelog " + resource + " failed in schema " + schema + ": " + e.getMessage()
                        + (isOfRehome() ? "" : ". What it had applied stays") + ". Correct the cause and run it again.",
                e);
    }

    /** Looked at before a schema is changed, with the changelog's lock held. */
    @FunctionalInterface
    public interface Guard {
        /** Lets everything pass. */
        Guard NONE = () -> {};

        /** Throws if the schema must not be changed now. */
        void check() throws SQLException;
    }

    /**
     * The ids of the changesets that the schema lacks, or has run in another form than this one. Only looks; a schema that was
     * never made lacks all.
     */
    List<String> missing(Connection connection, String schema, Map<String, String> parameters) throws SQLException {
        return WantedChangesets.of(this, parameters)
                .missing(Levels.ran(connection, schema), parameters.getOrDefault(Renderings.DATABASE_NAME, ""));
    }

    RehomeException unreadable(Exception e) {
        return new RehomeException(
                this.isOurs() ? ErrorKind.INVARIANT : ErrorKind.CONFIGURATION,
                "Changelog " + resource + " cannot be read: " + e.getMessage() + ". Correct it.",
                e);
    }

    private boolean isOurs() {
        return equals(HOME) || isOfRehome();
    }

    /** Nobody's changesets but Rehome's. */
    private boolean isOfRehome() {
        return equals(DATABASE) || equals(DIRECTORY);
    }

    /** Others' changesets may need commits between them; and H2 commits each by itself. */
    private boolean isWhole(Connection connection) throws SQLException {
        return isOfRehome() && ChangelogLock.isKnownTo(connection);
    }

    private static void run(Connection connection, String schema, Map<String, String> parameters, CommandScope command)
            throws LiquibaseException {
        // Not closed: closing the Liquibase database would close the caller's connection.
        Database database = database(new JdbcConnection(connection));
        database.setDefaultSchemaName(schema);
        database.setLiquibaseSchemaName(schema);
        ChangeLogParameters values = new ChangeLogParameters(database);
        parameters.forEach(values::set);
        command.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                .addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_PARAMETERS, values)
                .execute();
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
