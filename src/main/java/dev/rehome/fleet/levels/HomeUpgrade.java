package dev.rehome.fleet.levels;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.schema.HomeTables;
import dev.rehome.schema.Homes;
import dev.rehome.schema.Level;
import dev.rehome.schema.Pace;
import dev.rehome.schema.Rendering;
import dev.rehome.time.Backoff;
import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings one home after the other to the newest level, trying again what may succeed a little later. Keeps its connection while
 * the homes are of one database. Used by one thread.
 */
final class HomeUpgrade implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Homes homes;
    private final SchemaRuns runs;
    private final RunOptions options;
    /** Databases whose schema {@code rehome} is known to be up to date. */
    private final Set<Database> databasesUp;

    private @Nullable HomeTables tables;
    private @Nullable Database database;

    HomeUpgrade(Homes homes, SchemaRuns runs, RunOptions options, Set<Database> databasesUp) {
        this.homes = homes;
        this.runs = runs;
        this.options = options;
        this.databasesUp = databasesUp;
    }

    /** A move uses the home, or an operation on a tenant. */
    private static final class InUseException extends RehomeException {
        private static final long serialVersionUID = 1L;

        private InUseException(Home home, String user) {
            super(ErrorKind.BUSY, home + " is used by " + user + ". It is done when that has ended.");
        }
    }

    /**
     * @param believed the level that the home was at when somebody looked: it is looked at again if that is not so any more
     * @throws InterruptedException if the thread is interrupted between two attempts: the home is as it was
     */
    HomeResult bringUp(Home home, Level believed) throws InterruptedException {
        long began = System.nanoTime();
        Deadline deadline = Deadline.in(options.homeLimit());
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        for (Optional<Level> level = Optional.of(believed); ; level = Optional.empty()) {
            RehomeException failure;
            boolean passing;
            try {
                return attempt(home, level, deadline, began);
            } catch (InUseException e) {
                return failed(home, State.SKIPPED, began, e.getMessage());
            } catch (RehomeException e) {
                failure = e;
                passing = e.kind() == ErrorKind.BUSY || e.kind() == ErrorKind.STALE || isPassing(e);
            } catch (SQLException e) {
                failure = new RehomeException(
                        ErrorKind.EXTERNAL, e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")", e);
                passing = SqlState.isPassing(e);
                forget(e);
            }
            if (!passing || deadline.passed()) {
                return failed(home, State.FAILED, began, failure.getMessage());
            }
            deadline.sleep(backoff.next());
        }
    }

    private static boolean isPassing(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return SqlState.isPassing(sql);
            }
        }
        return false;
    }

    private HomeResult attempt(Home home, Optional<Level> believed, Deadline deadline, long began) throws SQLException {
        HomeTables here = tablesIn(home.database());
        bringUpDatabase(here, home);
        if (home.schema().equals(Homes.DATABASE_SCHEMA)) {
            return done(home, Level.NONE, 0, false, began);
        }
        Optional<Rendering> known = believed.isPresent() ? here.knownRendering(believed.get()) : Optional.empty();
        Rendering rendering = known.isPresent() ? known.get() : here.rendering(home, here.level(home));
        if (rendering.isUpToDate()) {
            return done(home, rendering.from(), 0, false, began);
        }
        boolean replays = rendering.ordinaryBecause().isEmpty();
        int before = replays ? 0 : here.changesetsRan(home);
        here.apply(home, rendering, pace(deadline), () -> requireUnused(home));
        int changesets = replays ? rendering.changesets().size() : here.changesetsRan(home) - before;
        return done(home, here.level(home), changesets, replays, began);
    }

    /** Takes back what a run has done to a home. */
    void rollBack(Home home, Level left, int changesets) throws SQLException {
        HomeTables here = tablesIn(home.database());
        here.rollBack(home, changesets, pace(Deadline.in(options.homeLimit())), () -> {
            requireUnused(home);
            if (!here.level(home).equals(left)) {
                throw new RehomeException(
                        ErrorKind.STALE,
                        home + " has been changed since, so its latest changesets are not the run's. Roll it back with"
                                + " Liquibase.");
            }
        });
    }

    private void bringUpDatabase(HomeTables here, Home home) throws SQLException {
        if (!databasesUp.contains(home.database())) {
            if (!here.missingInDatabase().isEmpty()) {
                here.bringUpDatabase();
            }
            databasesUp.add(home.database());
        }
    }

    /**
     * Looked at with the changelog's lock held. A move, or an operation, is written down first and takes that lock afterwards, before
     * it looks at the home: so either it is seen here, or it sees what is done here.
     */
    private void requireUnused(Home home) {
        runs.useOf(home).ifPresent(user -> {
            throw new InUseException(home, user);
        });
    }

    private Pace pace(Deadline deadline) {
        Duration left = deadline.remaining();
        Duration shortest =
                options.lockTimeout().multipliedBy(2); // so that a failure says what it was that took so long
        return new Pace(options.lockTimeout(), left.compareTo(shortest) < 0 ? shortest : left);
    }

    private static HomeResult done(Home home, Level level, int changesets, boolean replayed, long began) {
        return new HomeResult(
                home, State.DONE, Optional.of(level), changesets, replayed, since(began), Optional.empty());
    }

    private static HomeResult failed(Home home, State state, long began, String reason) {
        return new HomeResult(home, state, Optional.empty(), 0, false, since(began), Optional.of(reason));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private HomeTables tablesIn(Database wanted) throws SQLException {
        HomeTables known = tables;
        if (known != null && wanted.equals(database)) {
            return known;
        }
        close();
        HomeTables opened = homes.tablesIn(wanted);
        tables = opened;
        database = wanted;
        return opened;
    }

    /** A connection on which something failed is not used again. */
    private void forget(SQLException failure) {
        try {
            close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        HomeTables open = tables;
        tables = null;
        if (open != null) {
            open.close();
        }
    }
}
