package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The moves in the directory: the truth about what has been done. Every transition is one conditional update. Thread-safe;
 * failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class MoveJournal {
    private static final String MOVE =
            "select move_id, tenant_id, from_epoch, from_tier, from_server, from_database, from_schema,"
                    + " to_tier, to_server, to_database, to_schema, phase, lease_token from rehome_directory.move";

    private final ConnectionSource connections;

    public MoveJournal(ConnectionSource connections) {
        this.connections = connections;
    }

    /**
     * Writes a new move down.
     *
     * @throws RehomeException (BUSY) if another move of the tenant has not ended
     */
    public Move plan(Placement source, Home target) {
        Move move = new Move(MoveId.random(), source, target, MovePhase.PLANNED, UUID.randomUUID());
        return connections.transact(connection -> {
            lockTenant(connection, source.tenant());
            active(connection, source.tenant()).ifPresent(other -> {
                throw new RehomeException(
                        ErrorKind.BUSY,
                        "Tenant " + source.tenant() + " is in move " + other.id() + " already, in phase "
                                + other.phase() + ". Finish or cancel that one first.");
            });
            insert(connection, move);
            note(connection, move, source.home() + " to " + target);
            return move;
        });
    }

    public Optional<Move> find(MoveId id) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(MOVE + " where move_id = ?")) {
                statement.setObject(1, id.value());
                return read(statement).stream().findFirst();
            }
        });
    }

    /** The tenant's move that has not ended, if there is one. */
    public Optional<Move> active(TenantId tenant) {
        return connections.transact(connection -> active(connection, tenant));
    }

    /**
     * Takes the move to its next phase.
     *
     * @throws RehomeException (STALE) if it is not in the phase that the caller believes, or the lease is another's (R7)
     */
    Move advance(Move move, MovePhase next, String note) {
        if (!move.phase().next().contains(next)) {
            throw new RehomeException(
                    ErrorKind.INVARIANT, "Move " + move.id() + " cannot go from " + move.phase() + " to " + next + ".");
        }
        return connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update rehome_directory.move set phase = ?, phase_since = current_timestamp, failure = null,"
                            + " finished_at = case when ? then current_timestamp end"
                            + " where move_id = ? and phase = ? and lease_token = ?")) {
                update.setString(1, next.name());
                update.setBoolean(2, next.isTerminal());
                update.setObject(3, move.id().value());
                update.setString(4, move.phase().name());
                update.setObject(5, move.leaseToken());
                if (update.executeUpdate() != 1) {
                    throw new RehomeException(
                            ErrorKind.STALE,
                            "Move " + move.id() + " is no longer in " + move.phase()
                                    + ", or another mover has taken it over. Look at its journal.");
                }
            }
            note(connection, move.at(next), note);
            return move.at(next);
        });
    }

    /** Adds a line to the move's journal. */
    void note(Move move, String note) {
        connections.transact(connection -> {
            note(connection, move, note);
            return note;
        });
    }

    /** Keeps why the move stands still; the next transition clears it. */
    void failed(Move move, String failure) {
        connections.transact(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update rehome_directory.move set failure = ? where move_id = ?")) {
                update.setString(1, failure.length() > 2000 ? failure.substring(0, 2000) : failure);
                update.setObject(2, move.id().value());
                update.executeUpdate();
            }
            note(connection, move, failure);
            return failure;
        });
    }

    /** The journal of a move, oldest line first: phase and note. */
    public List<String> lines(MoveId id) {
        return connections.transact(connection -> {
            List<String> lines = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select phase, note from rehome_directory.move_journal where move_id = ? order by entry_no")) {
                statement.setObject(1, id.value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        lines.add(row.getString(1) + ": " + row.getString(2));
                    }
                }
            }
            return lines;
        });
    }

    private static Optional<Move> active(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(MOVE + " where tenant_id = ? and finished_at is null")) {
            statement.setObject(1, tenant.value());
            return read(statement).stream().findFirst();
        }
    }

    private static void lockTenant(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select tenant_id from rehome_directory.tenant where tenant_id = ? for update")) {
            statement.setObject(1, tenant.value());
            statement.execute();
        }
    }

    private static void insert(Connection connection, Move move) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.move"
                + " (move_id, tenant_id, from_epoch, from_tier, from_server, from_database, from_schema,"
                + " to_tier, to_server, to_database, to_schema, phase, lease_token)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, move.id().value());
            insert.setObject(2, move.tenant().value());
            insert.setLong(3, move.source().epoch().value());
            bind(insert, 4, move.source().home());
            bind(insert, 8, move.target());
            insert.setString(12, move.phase().name());
            insert.setObject(13, move.leaseToken());
            insert.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, int first, Home home) throws SQLException {
        statement.setString(first, home.tier().name());
        statement.setString(first + 1, home.database().server());
        statement.setString(first + 2, home.database().name());
        statement.setString(first + 3, home.schema());
    }

    private static List<Move> read(PreparedStatement statement) throws SQLException {
        List<Move> moves = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                TenantId tenant = TenantId.of(row.getObject("tenant_id", UUID.class));
                moves.add(new Move(
                        new MoveId(row.getObject("move_id", UUID.class)),
                        new Placement(tenant, home(row, "from"), new Epoch(row.getLong("from_epoch"))),
                        home(row, "to"),
                        MovePhase.valueOf(row.getString("phase")),
                        row.getObject("lease_token", UUID.class)));
            }
        }
        return moves;
    }

    private static Home home(ResultSet row, String side) throws SQLException {
        return new Home(
                Tier.valueOf(row.getString(side + "_tier")),
                row.getString(side + "_server"),
                row.getString(side + "_database"),
                row.getString(side + "_schema"));
    }

    private static void note(Connection connection, Move move, String note) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.move_journal"
                + " (move_id, entry_no, phase, note) select ?, coalesce(max(entry_no), 0) + 1, ?, ?"
                + " from rehome_directory.move_journal where move_id = ?")) {
            insert.setObject(1, move.id().value());
            insert.setString(2, move.phase().name());
            insert.setString(3, note.length() > 4000 ? note.substring(0, 4000) : note);
            insert.setObject(4, move.id().value());
            insert.executeUpdate();
        }
    }
}
