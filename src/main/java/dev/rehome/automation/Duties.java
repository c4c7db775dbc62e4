package dev.rehome.automation;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who holds which duty, in the directory, whose clock is the only one that counts. Thread-safe; failures of the database are
 * {@link RehomeException}s (EXTERNAL).
 */
public final class Duties {
    private static final int TEXT_LENGTH = 2000;
    /** After failures in a row: twice as long each time. */
    private static final Duration FIRST_REST = Duration.ofSeconds(5);

    private static final Duration LONGEST_REST = Duration.ofMinutes(15);
    private static final String KNOW =
            "insert into rehome_directory.duty (duty) values (?) on conflict (duty) do nothing";
    private static final String TAKE = """
            update rehome_directory.duty
               set holder = ?, token = token + 1, held_until = clock_timestamp() + ? * interval '1 millisecond',
                   begun_at = clock_timestamp()
             where duty = ? and (held_until is null or held_until < clock_timestamp())
               and (ended_at is null
                    or ended_at + case when failed_in_a_row = 0 then ?
                                       else greatest(?, least(?, ? * 2.0 ^ least(failed_in_a_row - 1, 20))) end
                                  * interval '1 millisecond' <= clock_timestamp())
            returning token""";
    private static final String RENEW = """
            update rehome_directory.duty set held_until = clock_timestamp() + ? * interval '1 millisecond'
             where duty = ? and token = ? and holder is not null""";
    private static final String DONE = """
            update rehome_directory.duty
               set holder = null, held_until = null, ended_at = clock_timestamp(), outcome = ?, runs = runs + 1,
                   failed_in_a_row = 0, failure = null
             where duty = ? and token = ?""";
    private static final String FAILED = """
            update rehome_directory.duty
               set holder = null, held_until = null, ended_at = clock_timestamp(), failed_at = clock_timestamp(), failure = ?,
                   runs = runs + 1, failures = failures + 1, failed_in_a_row = failed_in_a_row + 1
             where duty = ? and token = ?""";
    private static final String GIVE_BACK =
            "update rehome_directory.duty set holder = null, held_until = null where duty = ? and token = ?";

    private final ConnectionSource connections;

    public Duties(ConnectionSource connections) {
        this.connections = connections;
    }

    /** All that were ever done, by name. */
    public List<DutyState> list() {
        return connections.transact(connection -> {
            List<DutyState> states = new ArrayList<>();
            try (PreparedStatement statement =
                            connection.prepareStatement("select * from rehome_directory.duty order by duty");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    states.add(state(row));
                }
            }
            return states;
        });
    }

    /** Has it done as soon as somebody can, whenever it was last done. */
    public void ask(String duty) {
        connections.transact(connection -> {
            know(connection, duty);
            try (PreparedStatement update =
                    connection.prepareStatement("update rehome_directory.duty set ended_at = null where duty = ?")) {
                update.setString(1, duty);
                return update.executeUpdate();
            }
        });
    }

    /**
     * Takes the duty, if it is time for it and nobody holds it.
     *
     * @param interval between two runs
     * @param retry between a run that has failed and the next, at least
     * @param length for how long it is promised to be heard of
     * @return the token; empty if it is not to be had
     */
    OptionalLong take(String duty, String holder, Duration interval, Duration retry, Duration length) {
        return connections.transact(connection -> {
            know(connection, duty);
            try (PreparedStatement update = connection.prepareStatement(TAKE)) {
                update.setString(1, holder);
                update.setLong(2, length.toMillis());
                update.setString(3, duty);
                update.setLong(4, interval.toMillis());
                update.setLong(5, retry.toMillis());
                update.setLong(6, Math.max(retry.toMillis(), LONGEST_REST.toMillis()));
                update.setLong(7, FIRST_REST.toMillis());
                try (ResultSet row = update.executeQuery()) {
                    return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
                }
            }
        });
    }

    /** Says that the holder lives. Returns whether it still is the holder. */
    boolean renew(String duty, long token, Duration length) {
        return connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(RENEW)) {
                update.setLong(1, length.toMillis());
                update.setString(2, duty);
                update.setLong(3, token);
                return update.executeUpdate() == 1;
            }
        });
    }

    void done(String duty, long token, String outcome) {
        end(DONE, duty, token, outcome);
    }

    void failed(String duty, long token, String failure) {
        end(FAILED, duty, token, failure);
    }

    /** Lets others take it at once, as if it had not been taken. */
    void giveBack(String duty, long token) {
        connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(GIVE_BACK)) {
                update.setString(1, duty);
                update.setLong(2, token);
                return update.executeUpdate();
            }
        });
    }

    private void end(String sql, String duty, long token, String text) {
        connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setString(1, text.length() > TEXT_LENGTH ? text.substring(0, TEXT_LENGTH) : text);
                update.setString(2, duty);
                update.setLong(3, token);
                return update.executeUpdate();
            }
        });
    }

    private static void know(Connection connection, String duty) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(KNOW)) {
            insert.setString(1, duty);
            insert.executeUpdate();
        }
    }

    private static DutyState state(ResultSet row) throws SQLException {
        return new DutyState(
                row.getString("duty"),
                Optional.ofNullable(row.getString("holder")),
                instant(row, "held_until"),
                instant(row, "begun_at"),
                instant(row, "ended_at"),
                Optional.ofNullable(row.getString("outcome")),
                row.getLong("runs"),
                row.getLong("failures"),
                row.getInt("failed_in_a_row"),
                Optional.ofNullable(row.getString("failure")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
