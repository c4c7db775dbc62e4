package dev.rehome.move;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.Experience.Measure;
import dev.rehome.placement.Tier;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What moves took, in the directory: the next one is predicted from it. Thread-safe; failures of the database are
 * {@link RehomeException}s (EXTERNAL).
 */
final class MoveHistory {
    /** So many moves, the latest, are looked at: servers and data change. */
    private static final int LATEST = 50;

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
    private static final String LATEST_MEASURES = """
            select m.from_tier, m.to_tier, d.copied_rows, d.fenced_millis, (extract(epoch from d.served_at - m.started_at) * 1000)::bigint, m.hold_cutover
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
        return new Experience(connections.transact(connection -> {
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
                Tier.valueOf(row.getString(1)),
                Tier.valueOf(row.getString(2)),
                row.getLong(3),
                Duration.ofMillis(row.getLong(4)),
                Duration.ofMillis(row.getLong(5)),
                row.getBoolean(6));
    }
}
