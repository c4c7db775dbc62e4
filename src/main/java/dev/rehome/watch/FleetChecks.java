package dev.rehome.watch;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What the latest looks at the whole fleet have found, in the directory: these take too long to be made by whoever only wants to know
 * how things stand. Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class FleetChecks {
    /** Kept of each; how many there were is kept too. */
    public static final int MOST_PROBLEMS = 1_000;

    private static final int LONGEST_NAME = 200;
    private static final String KEEP = """
            insert into rehome_directory.fleet_check (check_name, checked_by, looked_at, problem_count, problems)
            values (?, ?, ?, ?, ?)
            on conflict (check_name) do update
                set checked_at = now(), checked_by = excluded.checked_by, looked_at = excluded.looked_at,
                    problem_count = excluded.problem_count, problems = excluded.problems""";

    private final ConnectionSource connections;

    public FleetChecks(ConnectionSource connections) {
        this.connections = connections;
    }

    /**
     * Keeps what was found, in place of what was found the time before. A directory that an older version has made, and that was not
     * brought up yet, has no place for it: then nothing is kept.
     *
     * @param by who looked, for people
     * @param lookedAt so many homes
     * @param problemCount how many were found
     * @param problems each in a line; the first {@value #MOST_PROBLEMS} are kept
     */
    public void keep(FleetCheck.Kind kind, String by, long lookedAt, long problemCount, List<String> problems) {
        connections.transact(connection -> {
            if (!hasPlace(connection)) {
                return 0;
            }
            try (PreparedStatement statement = connection.prepareStatement(KEEP)) {
                statement.setString(1, kind.name());
                statement.setString(2, by.substring(0, Math.min(by.length(), LONGEST_NAME)));
                statement.setLong(3, lookedAt);
                statement.setLong(4, problemCount);
                statement.setArray(
                        5,
                        connection.createArrayOf(
                                "text", problems.stream().limit(MOST_PROBLEMS).toArray()));
                return statement.executeUpdate();
            }
        });
    }

    private static boolean hasPlace(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select to_regclass('rehome_directory.fleet_check') is not null");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The latest of each kind that there was any of. */
    public List<FleetCheck> latest() {
        return connections.transact(FleetChecks::read);
    }

    static List<FleetCheck> read(Connection connection) throws SQLException {
        List<FleetCheck> checks = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select check_name, checked_at, checked_by,"
                        + " looked_at, problem_count, problems from rehome_directory.fleet_check order by check_name");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                checks.add(new FleetCheck(
                        FleetCheck.Kind.valueOf(row.getString(1)),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        row.getString(3),
                        row.getLong(4),
                        row.getLong(5),
                        List.of((String[]) row.getArray(6).getArray())));
            }
        }
        return checks;
    }
}
