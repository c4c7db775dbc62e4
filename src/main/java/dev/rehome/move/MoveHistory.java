package dev.rehome.move;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What moves took, in the directory: the next one is predicted from it. Thread-safe; failures of the database are
 * {@link RehomeException}s (EXTERNAL).
 */
final class MoveHistory {
    /** So many moves, the latest, are looked at: servers and data change. */
    private static final int LATEST = 50;
    /** A copy of fewer rows says more about its beginning than about its rate. */
    private static final int TELLING_ROWS = 1_000;

    private static final String COPIED = """
            insert into rehome_directory.move_measure (move_id, copied_rows, copied_bytes, copied_millis) values (?, ?, ?, ?)
            on conflict (move_id) do update
                set copied_rows = move_measure.copied_rows + excluded.copied_rows,
                    copied_bytes = move_measure.copied_bytes + excluded.copied_bytes,
                    copied_millis = move_measure.copied_millis + excluded.copied_millis""";
    private static final String CUT_OVER = """
            insert into rehome_directory.move_measure (move_id, fenced_millis, served_at) values (?, ?, clock_timestamp())
            on conflict (move_id) do update
                set fenced_millis = excluded.fenced_millis, served_at = coalesce(move_measure.served_at, excluded.served_at)""";
    /** A move that was held for a human took as long as the human. */
    private static final String LATEST_MEASURES = """
            select d.copied_rows, d.fenced_millis, (extract(epoch from d.served_at - m.started_at) * 1000)::bigint, m.hold_cutover
              from rehome_directory.move_measure d join rehome_directory.move m using (move_id)
             where d.served_at is not null
             order by d.served_at desc limit ?""";

    private final ConnectionSource connections;

    MoveHistory(ConnectionSource connections) {
        this.connections = connections;
    }

    /** Adds what one run of a backfill has copied. */
    void copied(Move move, long rows, long bytes, Duration took) {
        connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COPIED)) {
                statement.setObject(1, move.id().value());
                statement.setLong(2, rows);
                statement.setLong(3, bytes);
                statement.setLong(4, took.toMillis());
                return statement.executeUpdate();
            }
        });
    }

    /** Keeps how long the fence of the move's latest cutover was up, and when the target began to serve. */
    void cutOver(Move move, Duration fenced) {
        connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CUT_OVER)) {
                statement.setObject(1, move.id().value());
                statement.setLong(2, fenced.toMillis());
                return statement.executeUpdate();
            }
        });
    }

    Experience experience() {
        return Experience.of(connections.transact(connection -> {
            List<Measure> measures = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(LATEST_MEASURES)) {
                statement.setInt(1, LATEST);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        measures.add(measure(row));
                    }
                }
            }
            return measures;
        }));
    }

    private static Measure measure(ResultSet row) throws SQLException {
        return new Measure(
                row.getLong(1),
                Duration.ofMillis(row.getLong(2)),
                Duration.ofMillis(Math.max(1, row.getLong(3))),
                row.getBoolean(4));
    }

    /** @param untilServed from the plan to the cutover */
    private record Measure(long copiedRows, Duration fenced, Duration untilServed, boolean held) {
        double rowsPerSecond() {
            return copiedRows * 1000.0 / untilServed.toMillis();
        }
    }

    /**
     * What the latest moves have shown; the figures are medians.
     *
     * @param rowsPerSecond over a whole move, from its plan until the target serves; empty before a larger one was made
     * @param fencedPass how long the move of a tenant took that was copied in the fence, until the target served
     * @param pause how long the fence of a cutover was up
     */
    record Experience(
            int moves, Optional<Double> rowsPerSecond, Optional<Duration> fencedPass, Optional<Duration> pause) {

        private static Experience of(List<Measure> measures) {
            List<Measure> unheld =
                    measures.stream().filter(measure -> !measure.held()).toList();
            return new Experience(
                    measures.size(),
                    median(unheld.stream()
                            .filter(measure -> measure.copiedRows() >= TELLING_ROWS)
                            .map(Measure::rowsPerSecond)
                            .toList()),
                    median(unheld.stream()
                            .filter(measure -> measure.copiedRows() == 0)
                            .map(Measure::untilServed)
                            .toList()),
                    median(measures.stream().map(Measure::fenced).toList()));
        }

        private static <T extends Comparable<T>> Optional<T> median(List<T> values) {
            return values.stream().sorted().skip(values.size() / 2).findFirst();
        }
    }
}
