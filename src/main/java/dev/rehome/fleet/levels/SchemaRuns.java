package dev.rehome.fleet.levels;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.HomeUse;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.fleet.levels.LevelSurvey.Look;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Home;
import dev.rehome.placement.HomeColumns;
import dev.rehome.schema.Level;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The runs in the directory: what is to be done, who is at it, what became of it. Who holds a home is only so that two runners
 * do not wait for each other: that a home is not changed twice at a time is the changelog's lock. Thread-safe; failures of the
 * database are {@link RehomeException}s (EXTERNAL).
 */
public final class SchemaRuns implements AutoCloseable {
    private static final int REASON_LENGTH = 2000;
    private static final String TABLE = "rehome_directory.schema_run_home";
    private static final String THIS_HOME =
            " where run_id = ? and server_name = ? and database_name = ? and schema_name = ?";
    private static final String IS_FREE =
            "(state = 'PENDING' or state = 'RUNNING' and (lease_until is null or lease_until < clock_timestamp()))";
    /** The canaries' wave stays the first; others are spread over waves in the order of their places. Shared homes come last. */
    private static final String SPREAD = """
            update rehome_directory.schema_run_home h set place = s.no,
                   wave = case when s.canary then 0
                               when ? = 1 then 1 + s.behind / ?
                               else 1 + floor(ln(s.behind * (? - 1) / ?::float8 + 1) / ln(?::float8) + 1e-9) end
              from (select server_name, database_name, schema_name, canary, row_number() over w as no,
                           count(*) filter (where not canary) over w - 1 as behind
                      from (select n.server_name, n.database_name, n.schema_name, n.tier, exists (
                                select from rehome_directory.placement p
                                 where p.tenant_id = any (?) and p.server_name = n.server_name
                                   and p.database_name = n.database_name and p.schema_name = n.schema_name) as canary
                              from rehome_directory.schema_run_home n where n.run_id = ? and n.state <> 'DONE') n
                    window w as (order by not canary, tier = 'SHARED', server_name, database_name, schema_name)) s
             where h.run_id = ? and h.server_name = s.server_name and h.database_name = s.database_name
               and h.schema_name = s.schema_name""";

    private final DirectorySession session;

    public SchemaRuns(ConnectionSource directory) {
        this.session = new DirectorySession(directory);
    }

    /**
     * A home that this runner has taken, to be changed.
     *
     * @param level that it was at when the run was planned
     */
    record Claim(Home home, Level level) {}

    /** The open run of a changelog; a new one if there is none. */
    UUID open(String changelog, String by) {
        return session.transact(connection -> {
            try (PreparedStatement lock =
                    connection.prepareStatement("lock table rehome_directory.schema_run in share row exclusive mode")) {
                lock.execute();
            }
            Optional<UUID> open = openRun(connection, changelog);
            if (open.isPresent()) {
                return open.get();
            }
            UUID run = UUID.randomUUID();
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into rehome_directory.schema_run (run_id, changelog, opened_by) values (?, ?, ?)")) {
                insert.setObject(1, run);
                insert.setString(2, changelog);
                insert.setString(3, by);
                insert.executeUpdate();
            }
            return run;
        });
    }

    /** The open run of a changelog. */
    public Optional<UUID> openRun(String changelog) {
        return session.ask(connection -> openRun(connection, changelog));
    }

    private static Optional<UUID> openRun(Connection connection, String changelog) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select run_id from rehome_directory.schema_run where changelog = ? and ended_at is null")) {
            statement.setString(1, changelog);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }

    /** The latest run of a changelog, whether it has ended or not. */
    public Optional<UUID> latest(String changelog) {
        return session.ask(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select run_id from rehome_directory.schema_run where changelog = ?"
                            + " order by opened_at desc limit 1")) {
                statement.setString(1, changelog);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
                }
            }
        });
    }

    /** Adds homes that are not at the newest level. Those that the run has already are to be done again, but for failed ones. */
    void add(UUID run, Collection<Look> looks) {
        session.transact(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into " + TABLE
                    + " as h (run_id, server_name, database_name, schema_name, tier, wave, place, state, from_level)"
                    + " values (?, ?, ?, ?, ?, 1, 0, 'PENDING', ?)"
                    + " on conflict (run_id, server_name, database_name, schema_name) do update set state = 'PENDING'"
                    + " where h.state in ('DONE', 'SKIPPED', 'ROLLED_BACK')")) {
                for (Look look : looks) {
                    bindHome(insert, run, look.home());
                    insert.setString(5, look.home().tier().name());
                    insert.setString(6, look.level().fingerprint());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            return run;
        });
    }

    /** Puts the homes that are to be done into waves. */
    void spread(UUID run, RunOptions options) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement(SPREAD)) {
                update.setInt(1, options.growth());
                update.setInt(2, options.firstWave());
                update.setInt(3, options.growth());
                update.setInt(4, options.firstWave());
                update.setInt(5, Math.max(2, options.growth()));
                update.setArray(
                        6,
                        connection.createArrayOf(
                                "uuid",
                                options.canaries().stream().map(TenantId::value).toArray()));
                update.setObject(7, run);
                update.setObject(8, run);
                return update.executeUpdate();
            }
        });
    }

    /** Has failed homes done again. */
    void retry(UUID run) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update " + TABLE + " set state = 'PENDING', error = null where run_id = ? and state = 'FAILED'")) {
                update.setObject(1, run);
                return update.executeUpdate();
            }
        });
    }

    /** Has skipped homes done again. */
    long unskip(UUID run) {
        return session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update " + TABLE + " set state = 'PENDING' where run_id = ? and state = 'SKIPPED'")) {
                update.setObject(1, run);
                return (long) update.executeUpdate();
            }
        });
    }

    /** The directory's time, whose clock is the only one that counts. */
    Timestamp now() {
        return session.ask(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getTimestamp(1);
            }
        });
    }

    /** How many have failed since then, whoever ran them. */
    long failedSince(UUID run, Timestamp since) {
        return session.ask(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select count(*) from " + TABLE + " where run_id = ? and state = 'FAILED' and ended_at >= ?")) {
                statement.setObject(1, run);
                statement.setTimestamp(2, since);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    /**
     * Takes the next home of the earliest wave that is not over.
     *
     * @param busyServers from which none is taken
     */
    Optional<Claim> claim(UUID run, String holder, Duration lease, Set<String> busyServers) {
        return session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update " + TABLE
                    + " set state = 'RUNNING', holder = ?, attempts = attempts + 1,"
                    + " lease_until = clock_timestamp() + ? * interval '1 millisecond'"
                    + " where (run_id, server_name, database_name, schema_name) = (select run_id, server_name, database_name, schema_name"
                    + " from " + TABLE + " where run_id = ? and " + IS_FREE
                    + " and wave = (select min(wave) from " + TABLE
                    + " where run_id = ? and state in ('PENDING', 'RUNNING')) and server_name <> all (?)"
                    + " order by place limit 1 for update skip locked)"
                    + " returning tier, server_name, database_name, schema_name, from_level")) {
                update.setString(1, holder);
                update.setLong(2, lease.toMillis());
                update.setObject(3, run);
                update.setObject(4, run);
                update.setArray(5, connection.createArrayOf("text", busyServers.toArray()));
                try (ResultSet row = update.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Claim(HomeColumns.read(row, 1), new Level(row.getString(5))))
                            : Optional.empty();
                }
            }
        });
    }

    /** Says that the runner lives. */
    void renew(UUID run, String holder, Duration lease) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update " + TABLE
                    + " set lease_until = clock_timestamp() + ? * interval '1 millisecond'"
                    + " where run_id = ? and state = 'RUNNING' and holder = ?")) {
                update.setLong(1, lease.toMillis());
                update.setObject(2, run);
                update.setString(3, holder);
                return update.executeUpdate();
            }
        });
    }

    /** Writes down what became of a home, unless another runner has it by now. */
    void finish(UUID run, String holder, HomeResult result) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update " + TABLE
                    + " set state = ?, to_level = ?, changesets = ?, replayed = ?, millis = ?, error = ?,"
                    + " ended_at = clock_timestamp(), holder = null, lease_until = null"
                    + THIS_HOME.replace("run_id", "holder is not distinct from ? and run_id"))) {
                update.setString(1, result.state().name());
                update.setString(2, result.level().map(Level::fingerprint).orElse(null));
                update.setInt(3, result.changesets());
                update.setBoolean(4, result.replayed());
                update.setLong(5, result.duration().toMillis());
                update.setString(6, result.reason().map(SchemaRuns::cut).orElse(null));
                update.setString(7, holder);
                bindHome(update, 7, run, result.home());
                return update.executeUpdate();
            }
        });
    }

    /** Gives a home back that was not changed. */
    void release(UUID run, Home home) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update " + TABLE + " set state = 'PENDING', holder = null, lease_until = null" + THIS_HOME)) {
                bindHome(update, run, home);
                return update.executeUpdate();
            }
        });
    }

    /** Marks a home as taken back. */
    void rolledBack(UUID run, Home home, Optional<String> failure) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update " + TABLE
                    + " set state = case when ?::text is null then 'ROLLED_BACK' else state end, error = ?"
                    + THIS_HOME)) {
                update.setString(1, failure.map(SchemaRuns::cut).orElse(null));
                update.setString(2, failure.map(SchemaRuns::cut).orElse(null));
                bindHome(update, 2, run, home);
                return update.executeUpdate();
            }
        });
    }

    /** Who is at the rows of a home, if anybody is. */
    Optional<String> useOf(Home home) {
        return session.ask(connection -> HomeUse.of(connection, home));
    }

    /** Homes that the run has changed, beginning behind one in the order of their places; of one wave if that is given. */
    List<HomeResult> changed(UUID run, @Nullable Integer wave, int limit) {
        return results(
                run,
                "state = 'DONE' and changesets > 0 and error is null" + (wave == null ? "" : " and wave = " + wave)
                        + " order by place desc",
                limit);
    }

    /** The first that failed. */
    public List<HomeResult> failures(UUID run, int limit) {
        return results(run, "state = 'FAILED' order by ended_at", limit);
    }

    /** What became of a home. */
    Optional<HomeResult> result(UUID run, Home home) {
        return session.ask(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RESULT + THIS_HOME)) {
                bindHome(statement, run, home);
                return read(statement).stream().findFirst();
            }
        });
    }

    private static final String RESULT =
            "select tier, server_name, database_name, schema_name, state, to_level, changesets, replayed, millis, error from "
                    + TABLE;

    private List<HomeResult> results(UUID run, String condition, int limit) {
        return session.ask(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(RESULT + " where run_id = ? and " + condition + " limit " + limit)) {
                statement.setObject(1, run);
                return read(statement);
            }
        });
    }

    private static List<HomeResult> read(PreparedStatement statement) throws SQLException {
        List<HomeResult> results = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                results.add(new HomeResult(
                        HomeColumns.read(row, 1),
                        State.valueOf(row.getString(5)),
                        Optional.ofNullable(row.getString(6)).map(Level::new),
                        row.getInt(7),
                        row.getBoolean(8),
                        Duration.ofMillis(row.getLong(9)),
                        Optional.ofNullable(row.getString(10))));
            }
        }
        return results;
    }

    public Map<State, Long> counts(UUID run) {
        return session.ask(connection -> {
            Map<State, Long> counts = new EnumMap<>(State.class);
            try (PreparedStatement statement = connection.prepareStatement(
                    "select state, count(*) from " + TABLE + " where run_id = ? group by state")) {
                statement.setObject(1, run);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        counts.put(State.valueOf(row.getString(1)), row.getLong(2));
                    }
                }
            }
            return counts;
        });
    }

    /** Ends the run if nothing of it is left to do. */
    boolean endIfComplete(UUID run) {
        return session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.schema_run"
                    + " set ended_at = clock_timestamp() where run_id = ? and ended_at is null and not exists (select from "
                    + TABLE + " h where h.run_id = schema_run.run_id"
                    + " and h.state in ('PENDING', 'RUNNING', 'FAILED', 'SKIPPED'))")) {
                update.setObject(1, run);
                return update.executeUpdate() == 1;
            }
        });
    }

    /** Ends the run however it stands. */
    void end(UUID run) {
        session.ask(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update rehome_directory.schema_run set ended_at = clock_timestamp() where run_id = ? and ended_at is null")) {
                update.setObject(1, run);
                return update.executeUpdate();
            }
        });
    }

    /** @throws RehomeException (USER) if there is no such run */
    void requireKnown(UUID run) {
        boolean known = session.ask(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select from rehome_directory.schema_run where run_id = ?")) {
                statement.setObject(1, run);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next();
                }
            }
        });
        if (!known) {
            throw new RehomeException(ErrorKind.USER, "There is no run " + run + ". 'schema status' names the latest.");
        }
    }

    private static void bindHome(PreparedStatement statement, UUID run, Home home) throws SQLException {
        bindHome(statement, 0, run, home);
    }

    private static void bindHome(PreparedStatement statement, int before, UUID run, Home home) throws SQLException {
        statement.setObject(before + 1, run);
        statement.setString(before + 2, home.database().server());
        statement.setString(before + 3, home.database().name());
        statement.setString(before + 4, home.schema());
    }

    private static String cut(String reason) {
        return reason.length() <= REASON_LENGTH ? reason : reason.substring(0, REASON_LENGTH);
    }

    @Override
    public void close() {
        session.close();
    }
}
