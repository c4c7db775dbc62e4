package dev.rehome.dashboard;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What moves took, and what their tenants are called. Thread-safe. */
final class MoveFigures {
    private static final String FIGURES = """
            select m.move_id, t.name, d.copied_rows, d.copied_bytes, d.copied_millis, d.fenced_millis, d.served_at
              from rehome_directory.move m
              join rehome_directory.tenant t on t.tenant_id = m.tenant_id
              left join rehome_directory.move_measure d on d.move_id = m.move_id
             where m.move_id = any (?)""";

    private final ConnectionSource directory;

    MoveFigures(ConnectionSource directory) {
        this.directory = directory;
    }

    /**
     * What a move took so far.
     *
     * @param pauseMillis how long the fence of its latest cutover was up
     * @param servedAt since when the target has served
     */
    record Figures(
            long copiedRows,
            long copiedBytes,
            long copiedMillis,
            @Nullable Long pauseMillis,
            @Nullable Instant servedAt) {}

    /** @param figures null before anything was measured */
    record Named(String tenantName, @Nullable Figures figures) {}

    Map<MoveId, Named> of(Collection<MoveId> moves) {
        return directory.transact(connection -> {
            Map<MoveId, Named> named = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(FIGURES)) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid", moves.stream().map(MoveId::value).toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        named.put(new MoveId(row.getObject(1, UUID.class)), named(row));
                    }
                }
            }
            return named;
        });
    }

    private static Named named(ResultSet row) throws SQLException {
        if (row.getObject(3) == null) {
            return new Named(row.getString(2), null);
        }
        Timestamp served = row.getTimestamp(7);
        return new Named(
                row.getString(2),
                new Figures(
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getObject(6, Long.class),
                        served == null ? null : served.toInstant()));
    }
}
