package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@code rehome_directory.move}, each within its caller's transaction. */
final class MoveRows {
    static final String MOVE = "select * from rehome_directory.move";

    private MoveRows() {}

    static Optional<Move> active(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(MOVE + " where tenant_id = ? and finished_at is null")) {
            statement.setObject(1, tenant.value());
            return statuses(statement).stream().findFirst().map(MoveStatus::move);
        }
    }

    static Optional<MoveStatus> status(Connection connection, MoveId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE + " where move_id = ?")) {
            statement.setObject(1, id.value());
            return statuses(statement).stream().findFirst();
        }
    }

    /** So that no transition comes between what is looked at and what is written. */
    static Move lock(Connection connection, MoveId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE + " where move_id = ? for update")) {
            statement.setObject(1, id.value());
            return statuses(statement).stream()
                    .findFirst()
                    .map(MoveStatus::move)
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "There is no move " + id + ". Look at the list of moves."));
        }
    }

    static List<MoveStatus> statuses(PreparedStatement statement) throws SQLException {
        List<MoveStatus> moves = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                moves.add(status(row));
            }
        }
        return moves;
    }

    private static MoveStatus status(ResultSet row) throws SQLException {
        TenantId tenant = TenantId.of(row.getObject("tenant_id", UUID.class));
        MovePhase phase = MovePhase.valueOf(row.getString("phase"));
        Move move = new Move(
                new MoveId(row.getObject("move_id", UUID.class)),
                new Placement(tenant, HomeColumns.read(row, "from"), new Epoch(row.getLong("from_epoch"))),
                HomeColumns.read(row, "to"),
                phase,
                new Lease(tenant, row.getLong("lease_no")));
        Instant phaseSince = row.getTimestamp("phase_since").toInstant();
        return new MoveStatus(
                move,
                row.getTimestamp("started_at").toInstant(),
                phaseSince,
                instant(row, "finished_at"),
                row.getBoolean("hold_cutover"),
                request(row.getString("request")),
                Optional.ofNullable(row.getString("lease_holder")),
                instant(row, "lease_until"),
                Optional.ofNullable(row.getString("waiting_for")),
                instant(row, "waiting_since"),
                instant(row, "resting_since"),
                Optional.ofNullable(row.getString("failure")),
                new MoveProgress(
                        phase,
                        row.getLong("rows_done"),
                        row.getLong("rows_total"),
                        row.getLong("bytes_done"),
                        row.getLong("lag_rows"),
                        Duration.between(phaseSince, Instant.now()).abs()));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    static Optional<MoveRequest> request(@Nullable String name) {
        return Optional.ofNullable(name).map(MoveRequest::valueOf);
    }
}
