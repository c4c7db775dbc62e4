package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Home;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moves in the directory: the truth about what has been done, and what operators want to be done. What movers write is
 * {@link MoverJournal}. Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class MoveJournal {
    /** Greater than every earlier one of the tenant's; takes the tenant. */
    static final String NEXT_LEASE =
            "(select coalesce(max(lease_no), 0) + 1 from (select tenant_id, lease_no from rehome_directory.move"
                    + " union all select tenant_id, lease_no from rehome_directory.tenant_life) l where tenant_id = ?)";

    private final ConnectionSource connections;

    public MoveJournal(ConnectionSource connections) {
        this.connections = connections;
    }

    /** As {@link #plan(Placement, Home, boolean, String)}, with a cutover that is made as soon as it can be. */
    public Move plan(Placement source, Home target) {
        return plan(source, target, false, "process " + ProcessHandle.current().pid());
    }

    /**
     * Writes a new move down.
     *
     * @param holdCutover whether its cutover waits until an operator asks for it
     * @param by who wants it
     * @throws RehomeException (BUSY) if another move of the tenant has not ended; (USER) if the tenant is suspended
     */
    public Move plan(Placement source, Home target, boolean holdCutover, String by) {
        return connections.transact(connection -> {
            lockTenant(connection, source.tenant());
            MoveRows.active(connection, source.tenant()).ifPresent(other -> {
                throw inMove(other);
            });
            requireAlive(connection, source.tenant());
            Move move = insert(connection, source, target, holdCutover);
            JournalLines.note(connection, move, source.home() + " to " + target, new JournalLines.Deed("START", by));
            return move;
        });
    }

    /** Why the tenant of this move must not be in another one. */
    static RehomeException inMove(Move other) {
        return new RehomeException(
                ErrorKind.BUSY,
                "Tenant " + other.tenant() + " is in move " + other.id() + " already, in phase " + other.phase()
                        + ". Finish or cancel that one first.");
    }

    /** What the latest moves took. */
    public Experience experience() {
        return new MoveHistory(connections).experience();
    }

    /** What a run of a move writes; to be closed after it. */
    MoverJournal ofMover() {
        return new MoverJournal(connections);
    }

    public Optional<Move> find(MoveId id) {
        return status(id).map(MoveStatus::move);
    }

    /** The tenant's move that has not ended, if there is one. */
    public Optional<Move> active(TenantId tenant) {
        return connections.transact(connection -> MoveRows.active(connection, tenant));
    }

    public Optional<MoveStatus> status(MoveId id) {
        return connections.transact(connection -> MoveRows.status(connection, id));
    }

    /** The tenant's latest move, whether it has ended or not. */
    public Optional<MoveStatus> latest(TenantId tenant) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    MoveRows.MOVE + " where tenant_id = ? order by started_at desc limit 1")) {
                statement.setObject(1, tenant.value());
                return MoveRows.statuses(statement).stream().findFirst();
            }
        });
    }

    /** The tenant's moves, the newest first. */
    public List<MoveStatus> of(TenantId tenant, int limit) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    MoveRows.MOVE + " where tenant_id = ? order by started_at desc limit ?")) {
                statement.setObject(1, tenant.value());
                statement.setInt(2, limit);
                return MoveRows.statuses(statement);
            }
        });
    }

    /**
     * Moves, the newest first.
     *
     * @param ended whether also those that have ended
     */
    public List<MoveStatus> list(boolean ended, int limit) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    MoveRows.MOVE + " where ? or finished_at is null order by started_at desc, move_id limit ?")) {
                statement.setBoolean(1, ended);
                statement.setInt(2, limit);
                return MoveRows.statuses(statement);
            }
        });
    }

    /**
     * Asks something of a move.
     *
     * @param by who asks, for the journal
     * @throws RehomeException (USER) if the move is unknown, or in a phase in which that cannot be done any more, or something else
     *     was asked of it that is not done yet
     */
    public void request(MoveId id, MoveRequest request, String by) {
        connections.transact(connection -> {
            Move move = MoveRows.lock(connection, id);
            if (!request.isPossibleIn(move.phase())) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "Move " + id + " is in " + move.phase() + " and cannot be " + request.participle() + " there. "
                                + (request == MoveRequest.CANCEL && move.phase() == MovePhase.SOAK
                                        ? "Roll it back."
                                        : "Look at its status."));
            }
            MoveRows.status(connection, id)
                    .flatMap(MoveStatus::request)
                    .filter(earlier -> !request.supersedes(earlier))
                    .ifPresent(earlier -> {
                        throw new RehomeException(
                                ErrorKind.USER,
                                "Move " + id + " is asked to be " + earlier.participle() + " already, so it cannot be "
                                        + request.participle() + " too. Take that back with 'move resume' first.");
                    });
            setRequest(connection, id, request);
            JournalLines.note(
                    connection, move, "to be " + request.participle(), new JournalLines.Deed(request.name(), by));
            return move;
        });
    }

    /** Takes back that a move be paused, or whatever else was asked of it and is not done yet. */
    public void resume(MoveId id, String by) {
        connections.transact(connection -> {
            Move move = MoveRows.lock(connection, id);
            setRequest(connection, id, null);
            JournalLines.note(connection, move, "to go on", new JournalLines.Deed("RESUME", by));
            return move;
        });
    }

    /**
     * Ends a move where it stands, since a side of it was lost and it can neither go on nor back. Its mover, should it still live, is
     * refused from now on. What it has made is left, and so is what it had switched on.
     *
     * @param why for the journal
     */
    public void giveUp(MoveId id, String why) {
        connections.transact(connection -> {
            Move move = MoveRows.lock(connection, id);
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move set phase = ?,"
                    + " phase_since = clock_timestamp(), finished_at = clock_timestamp(), lease_no = " + NEXT_LEASE
                    + ", lease_holder = null, lease_until = null, waiting_for = null, request = null"
                    + " where move_id = ? and finished_at is null")) {
                update.setString(1, MovePhase.CANCELLED.name());
                update.setObject(2, move.tenant().value());
                update.setObject(3, id.value());
                if (update.executeUpdate() == 1) {
                    JournalLines.note(
                            connection, move.at(MovePhase.CANCELLED), "given up in " + move.phase() + ": " + why);
                }
            }
            return move;
        });
    }

    /** What ended moves have made and nobody has seen go or become a home, a line each. */
    public List<String> unsettled() {
        return new MoveObjectLog(connections).unsettled();
    }

    /** The comparisons of all moves. */
    public VerificationLog verifications() {
        return new VerificationLog(connections);
    }

    /** The journal of a move, oldest line first. */
    public List<JournalEntry> lines(MoveId id) {
        return connections.transact(connection -> JournalLines.of(connection, id));
    }

    private static void setRequest(Connection connection, MoveId id, @Nullable MoveRequest request)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update rehome_directory.move set request = ? where move_id = ?")) {
            update.setString(1, request == null ? null : request.name());
            update.setObject(2, id.value());
            update.executeUpdate();
        }
    }

    private static void lockTenant(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select tenant_id from rehome_directory.tenant where tenant_id = ? for update")) {
            statement.setObject(1, tenant.value());
            statement.execute();
        }
    }

    /** A suspended tenant stays where it is: whoever suspends, archives or deletes relies on that. */
    private static void requireAlive(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select coalesce(operation, state)"
                        + " from rehome_directory.tenant_life where tenant_id = ? and (state <> 'ACTIVE' or operation is not null)")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw new RehomeException(
                            ErrorKind.USER,
                            "Tenant " + tenant + " cannot be moved now: " + row.getString(1)
                                    + ". 'tenant show' says how it stands; resume it, or end what was begun.");
                }
            }
        }
    }

    private static Move insert(Connection connection, Placement source, Home target, boolean holdCutover)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.move"
                + " (move_id, tenant_id, from_epoch, from_tier, from_server, from_database, from_schema,"
                + " to_tier, to_server, to_database, to_schema, phase, hold_cutover, lease_no)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " + NEXT_LEASE + ") returning *")) {
            insert.setObject(1, MoveId.random().value());
            insert.setObject(2, source.tenant().value());
            insert.setLong(3, source.epoch().value());
            HomeColumns.bind(insert, 4, source.home());
            HomeColumns.bind(insert, 8, target);
            insert.setString(12, MovePhase.PLANNED.name());
            insert.setBoolean(13, holdCutover);
            insert.setObject(14, source.tenant().value());
            return MoveRows.statuses(insert).get(0).move();
        }
    }
}
