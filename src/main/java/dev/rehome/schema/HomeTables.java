package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Home;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The tables of the homes in one PostgreSQL database, and bringing them to the newest level of their changelog. Has a connection
 * to the database; used by one thread.
 */
public final class HomeTables implements AutoCloseable {
    /** Homes whose level was another one by the time that it was their turn are looked at again so often. */
    private static final int ATTEMPTS = 5;

    private final Connection connection;
    private final Context context;

    /** What it needs of {@link Homes}. */
    interface Context {
        /** Opens another connection of the owner's; its search path is the schema. */
        Connection open(String schema) throws SQLException;

        /** Puts row-level security, triggers and grants on what a changelog has made, in the transaction that runs. */
        void protect(Connection connection, Home home, boolean rowSecurity) throws SQLException;

        /** What the changelog's parameters are in this database. */
        Map<String, String> parameters();

        Renderings renderings();
    }

    HomeTables(Connection connection, Context context) {
        this.connection = connection;
        this.context = context;
    }

    /** The levels of homes in this database, with one query for some hundred of them. */
    public Map<Home, Level> levels(Collection<Home> homes) throws SQLException {
        Map<String, Level> bySchema =
                Levels.of(connection, homes.stream().map(Home::schema).toList());
        return homes.stream()
                .collect(Collectors.toMap(home -> home, home -> bySchema.getOrDefault(home.schema(), Level.NONE)));
    }

    public Level level(Home home) throws SQLException {
        return Levels.of(connection, List.of(home.schema())).getOrDefault(home.schema(), Level.NONE);
    }

    /** The changesets of the schema {@code rehome} that the database lacks, or has in another form than this version's. */
    public List<String> missingInDatabase() throws SQLException {
        return Changelog.DATABASE.missing(connection, Homes.DATABASE_SCHEMA, context.parameters());
    }

    /** As {@link #rendering}, if it has been worked out already: then nothing needs to be known of a home but its level. */
    public Optional<Rendering> knownRendering(Level level) throws SQLException {
        return context.renderings().known(connection, level, context.parameters());
    }

    /** Brings the schema {@code rehome} of the database up to date. */
    public void bringUpDatabase() throws SQLException {
        try (Connection own = context.open(Homes.DATABASE_SCHEMA)) {
            Changelog.DATABASE.update(own, Homes.DATABASE_SCHEMA, context.parameters());
        }
    }

    /** How many changesets the home has run. */
    public int changesetsRan(Home home) throws SQLException {
        return Levels.ran(connection, home.schema()).size();
    }

    /** Gives a schema and its role another name, both or neither; nothing happens if there is no such schema. */
    void renameSchema(Home from, Home to) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("select from pg_namespace where nspname = ?");
                Statement statement = connection.createStatement()) {
            look.setString(1, from.schema());
            try (ResultSet row = look.executeQuery()) {
                if (!row.next()) {
                    return;
                }
            }
            statement.execute("alter schema " + SqlNames.quote(from.schema()) + " rename to "
                    + SqlNames.quote(to.schema()) + "; alter role " + SqlNames.quote(Homes.roleOf(from)) + " rename to "
                    + SqlNames.quote(Homes.roleOf(to)));
        }
    }

    /**
     * What takes homes of a level to the newest one.
     *
     * @param home one of that level, in this database
     * @throws RehomeException (CONFIGURATION) if the changelog is not right, or not the one that the home was made by
     */
    public Rendering rendering(Home home, Level level) throws SQLException {
        return context.renderings().of(connection, home.schema(), level, context.parameters());
    }

    /**
     * Brings a home to the newest level, whatever its level is; a home that does not exist is made. Another transaction may do
     * the same.
     *
     * @param rowSecurity whether row-level security is to bind, which would refuse a bulk load
     */
    void bringUp(Home home, boolean rowSecurity, Changelog.Guard guard) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Rendering rendering = rendering(home, level(home));
            try {
                boolean changes = !rendering.isUpToDate() && !rendering.from().equals(Level.NONE);
                apply(home, rendering, Pace.UNHURRIED, changes ? guard : Changelog.Guard.NONE, rowSecurity);
                return;
            } catch (RehomeException e) {
                if (e.kind() != ErrorKind.STALE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Brings a home to the newest level: all its changesets, their records and the protection of new tables in one transaction, or
     * a run of Liquibase where the changelog forbids that.
     *
     * @param rendering for the level that the home is at
     * @param guard looked at with the home's changelog lock held, until the end
     * @throws RehomeException (STALE) if the home is at another level by now; (BUSY) if somebody else may be changing it;
     *     (EXTERNAL) if Liquibase failed. The home is then as it was, but for what Liquibase itself had applied
     * @throws SQLException if a statement failed: the home is as it was
     */
    public void apply(Home home, Rendering rendering, Pace pace, Changelog.Guard guard) throws SQLException {
        apply(home, rendering, pace, guard, true);
    }

    private void apply(Home home, Rendering rendering, Pace pace, Changelog.Guard guard, boolean rowSecurity)
            throws SQLException {
        if (rendering.ordinaryBecause().isPresent()) {
            ordinarily(home, pace, guard, rowSecurity);
            return;
        }
        try {
            connection.setAutoCommit(false);
            replay(home, rendering, pace, guard, rowSecurity);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            MoverTransaction.rollback(connection, e);
            if (e instanceof SQLException sql && SqlState.needsCommitBetween(sql)) {
                // Its changesets do not go together in one transaction; Liquibase commits after each.
                connection.setAutoCommit(true);
                ordinarily(home, pace, guard, rowSecurity);
                return;
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private void replay(Home home, Rendering rendering, Pace pace, Changelog.Guard guard, boolean rowSecurity)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            Level level = take(statement, home, rendering, pace);
            guard.check();
            if (!level.equals(rendering.from())) {
                throw new RehomeException(
                        ErrorKind.STALE, home + " is at another level by now. Look at its level again.");
            }
            if (rendering.from().equals(Level.NONE)) {
                statement.execute("create schema if not exists " + SqlNames.quote(home.schema()));
                for (String sql : rendering.preparation(home.schema())) {
                    statement.execute(sql);
                }
            }
            for (Rendering.Changeset changeset : rendering.changesets()) {
                try {
                    statement.execute(Rendering.script(changeset, home.schema()));
                } catch (SQLException e) {
                    throw named(changeset, e);
                }
            }
            context.protect(connection, home, rowSecurity);
        }
    }

    /** Takes the changelog's lock, and returns the level that the home then is at. */
    private Level take(Statement statement, Home home, Rendering rendering, Pace pace) throws SQLException {
        String settings = pace.sql("local ") + "; set local search_path to " + SqlNames.quote(home.schema());
        if (rendering.from().equals(Level.NONE)) {
            statement.execute(settings);
            ChangelogLock.takeInTransaction(connection, home.schema());
            return level(home);
        }
        try {
            return ChangelogLock.takeAndRead(connection, statement, settings, home.schema());
        } catch (SQLException e) {
            if (SqlState.isUndefinedTable(e)) {
                throw new RehomeException(ErrorKind.STALE, home + " is gone. Look at its placement again.", e);
            }
            throw e;
        }
    }

    /** The same failure, with the changeset's name before its message. */
    private static SQLException named(Rendering.Changeset changeset, SQLException e) {
        return new SQLException(
                "changeset " + changeset + " (" + changeset.file() + "): " + e.getMessage(),
                e.getSQLState(),
                e.getErrorCode(),
                e);
    }

    /** By Liquibase, on a connection of its own: a run that fails leaves its session's lock to whoever closes it. */
    private void ordinarily(Home home, Pace pace, Changelog.Guard guard, boolean rowSecurity) throws SQLException {
        try (Connection own = context.open(home.schema())) {
            try (Statement statement = own.createStatement()) {
                statement.execute(pace.sql(""));
            }
            context.renderings().changelog().update(own, home.schema(), context.parameters(), guard);
            context.protect(own, home, rowSecurity);
        }
    }

    /**
     * Takes a home's latest changesets back, by Liquibase's roll-back.
     *
     * @param count how many
     */
    public void rollBack(Home home, int count, Pace pace, Changelog.Guard guard) throws SQLException {
        try (Connection own = context.open(home.schema())) {
            try (Statement statement = own.createStatement()) {
                statement.execute(pace.sql(""));
            }
            context.renderings().changelog().rollBack(own, home.schema(), context.parameters(), count, guard);
        }
    }

    /** Waits until nobody is changing the home's tables. */
    void awaitChanges(Home home) throws SQLException {
        ChangelogLock.await(connection, home.schema());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
