package dev.rehome.fleet.levels;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.schema.HomeTables;
import dev.rehome.schema.Homes;
import dev.rehome.schema.Level;
import dev.rehome.schema.Rendering;
import dev.rehome.time.Uninterrupted;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the level of every home: with one query for some hundred homes of a database, several databases at a time. Holds no
 * more than those at once. Thread-safe.
 */
public final class LevelSurvey {
    private static final int PAGE = 500;

    private final FleetHomes fleet;
    private final Homes homes;
    private final int parallel;

    /** @param parallel databases that are looked at at a time */
    public LevelSurvey(FleetHomes fleet, Homes homes, int parallel) {
        this.fleet = fleet;
        this.homes = homes;
        this.parallel = parallel;
    }

    /** Is told what was found. Called by several threads, one at a time. */
    public interface Visitor {
        /** A database whose schema {@code rehome} lacks changesets, or has them in another form than this version. */
        void behind(Database database, List<String> missing);

        /** Homes of a database, at whatever level. */
        void homes(Collection<Look> looks);

        /** A database that could not be looked at. */
        void unreachable(Database database, RehomeException reason);
    }

    /** A home's level, and what takes it to the newest. */
    public record Look(Home home, Level level, Rendering rendering) {}

    /**
     * @throws RehomeException (CONFIGURATION) if the changelog cannot be read; (EXTERNAL) if the directory cannot be asked
     * @throws InterruptedException if the thread is interrupted; nothing has been changed in any case
     */
    public void look(Visitor visitor) throws InterruptedException {
        try (DirectorySession session = fleet.open()) {
            look(session, visitor);
        }
    }

    private void look(DirectorySession session, Visitor visitor) throws InterruptedException {
        Queue<Database> databases = new ConcurrentLinkedQueue<>(fleet.databases(session));
        List<RuntimeException> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(parallel, databases.size()); i++) {
            Thread thread = new Thread(() -> lookAt(session, databases, visitor, failures), "rehome-survey-" + i);
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            databases.clear();
            Uninterrupted.join(threads);
        }
        synchronized (visitor) {
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
        }
    }

    private void lookAt(
            DirectorySession session, Queue<Database> databases, Visitor visitor, List<RuntimeException> failures) {
        for (@Nullable Database next = databases.poll(); next != null; next = databases.poll()) {
            try {
                lookAt(session, next, visitor);
            } catch (SQLException e) {
                RehomeException reason = new RehomeException(
                        ErrorKind.EXTERNAL,
                        "Database " + next + " cannot be looked at (SQLSTATE " + e.getSQLState()
                                + (SqlState.isNoSuchHome(e)
                                        ? "). 'rehome doctor' says who should live there."
                                        : "). Check that its server is up and lets the owner in."),
                        e);
                synchronized (visitor) {
                    visitor.unreachable(next, reason);
                }
            } catch (RuntimeException e) {
                databases.clear();
                synchronized (visitor) {
                    failures.add(e);
                }
            }
        }
    }

    private void lookAt(DirectorySession session, Database database, Visitor visitor) throws SQLException {
        try (HomeTables tables = homes.tablesIn(database)) {
            List<String> missing = tables.missingInDatabase();
            if (!missing.isEmpty()) {
                synchronized (visitor) {
                    visitor.behind(database, missing);
                }
            }
            List<Home> shared = new ArrayList<>(fleet.sharedIn(database));
            String last = "";
            List<Home> page;
            do {
                page = fleet.in(session, database, last, PAGE);
                shared.removeAll(page);
                report(tables, page, visitor);
                last = page.isEmpty() ? last : page.get(page.size() - 1).schema();
            } while (page.size() == PAGE);
            Map<Home, Level> levels = tables.levels(shared);
            shared.removeIf(home -> Level.NONE.equals(levels.get(home))); // not made yet, and nobody waits for it
            report(tables, shared, visitor);
        }
    }

    private static void report(HomeTables tables, List<Home> page, Visitor visitor) throws SQLException {
        Map<Home, Level> levels = tables.levels(page);
        List<Look> looks = new ArrayList<>();
        for (Home home : page) {
            Level level = levels.getOrDefault(home, Level.NONE);
            looks.add(new Look(home, level, tables.rendering(home, level)));
        }
        if (!looks.isEmpty()) {
            synchronized (visitor) {
                visitor.homes(looks);
            }
        }
    }
}
