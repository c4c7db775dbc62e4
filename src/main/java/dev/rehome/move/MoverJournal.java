package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.KeptConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a mover writes in the journal of the move that it runs. Every transition is one conditional update: whoever has lost the
 * lease is refused (R7). Keeps a connection until it is closed, as a lease is renewed every second. Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
final class MoverJournal implements AutoCloseable {
    private static final int FAILURE_LENGTH = 2000;

    /** The directory's clock is the only one that counts: those of the movers' machines may differ. */
    private static final String FROM_NOW = "clock_timestamp() + ? * interval '1 millisecond'";

    /** Moves that somebody is running and that load a server; a soak only follows. */
    private static final String UNDER_WAY = "select count(*) from rehome_directory.move where move_id <> ?"
            + " and lease_until > clock_timestamp() and phase <> 'SOAK' and ? in (from_server, to_server)";

    private final KeptConnection connections;

    MoverJournal(ConnectionSource connections) {
        this.connections = new KeptConnection(connections);
    }

    MoveHistory history() {
        return new MoveHistory(connections);
    }

    VerificationLog verifications() {
        return new VerificationLog(connections);
    }

    MoveObjectLog objects() {
        return new MoveObjectLog(connections);
    }

    /** The move as it stands now. */
    Optional<Move> find(MoveId id) {
        return connections
                .transact(connection -> MoveRows.status(connection, id))
                .map(MoveStatus::move);
    }

    /**
     * Takes a move over, to run it: from now on its earlier mover, should it still live, is refused wherever it writes (R7).
     *
     * @param holder who takes it, for people
     * @param length for how long it is promised to be heard of; renewed by {@link #renew}
     * @param maxConcurrentMoves that may be under way on each of its servers
     * @param byForce whether it is taken even from somebody whose time is not over: an operator knows that he is dead
     * @throws RehomeException (USER) if the move is unknown or has ended; (BUSY) if somebody else runs it
     * @throws ServerFullException if a server has enough moves under way
     */
    MoveStatus take(MoveId id, String holder, Duration length, int maxConcurrentMoves, boolean byForce) {
        return connections.transact(connection -> {
            try (PreparedStatement lock =
                    connection.prepareStatement("lock table rehome_directory.move in share row exclusive mode")) {
                lock.execute();
            }
            MoveStatus status = MoveRows.status(connection, id)
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "There is no move " + id + ". Look at the list of moves."));
            requireFree(connection, status, maxConcurrentMoves, byForce);
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move set lease_no = "
                    + MoveJournal.NEXT_LEASE + ", lease_holder = ?, lease_until = " + FROM_NOW
                    + ", waiting_for = null, waiting_since = null, resting_since = null where move_id = ?")) {
                update.setObject(1, status.move().tenant().value());
                update.setString(2, holder);
                update.setLong(3, length.toMillis());
                update.setObject(4, id.value());
                update.executeUpdate();
            }
            MoveStatus taken = MoveRows.status(connection, id).orElseThrow();
            if (status.move().phase() != MovePhase.PLANNED) {
                JournalLines.note(
                        connection,
                        taken.move(),
                        "taken up by " + holder + ", lease "
                                + taken.move().lease().number());
            }
            return taken;
        });
    }

    private static void requireFree(Connection connection, MoveStatus status, int maxConcurrentMoves, boolean byForce)
            throws SQLException {
        Move move = status.move();
        if (move.phase().isTerminal()) {
            throw new RehomeException(
                    ErrorKind.USER, "Move " + move.id() + " has ended: " + move.phase() + ". Plan a new one.");
        }
        if (!byForce && status.isRunAt(now(connection))) {
            throw new RehomeException(
                    ErrorKind.BUSY,
                    "Move " + move.id() + " is run by " + status.holder().orElse("somebody") + " until "
                            + status.leaseUntil().map(Instant::toString).orElse("now")
                            + ". Wait, or take it over by force if that process is dead.");
        }
        List<String> servers = Stream.of(move.source().home(), move.target())
                .map(home -> home.database().server())
                .distinct()
                .toList();
        for (String server : servers) {
            try (PreparedStatement count = connection.prepareStatement(UNDER_WAY)) {
                count.setObject(1, move.id().value());
                count.setString(2, server);
                try (ResultSet row = count.executeQuery()) {
                    row.next();
                    if (row.getInt(1) >= maxConcurrentMoves) {
                        throw new ServerFullException(server, row.getInt(1), maxConcurrentMoves);
                    }
                }
            }
        }
    }

    /**
     * Says that the mover lives and how far it is; hears what the operator wants.
     *
     * @param waitingFor why it does not get on; empty if it does
     * @param resting whether that is to give a server rest
     * @return whether the move is still this mover's, and the request
     */
    Renewal renew(Move move, Duration length, MoveProgress progress, Optional<String> waitingFor, boolean resting) {
        return connections.transact(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update rehome_directory.move set lease_until = " + FROM_NOW
                            + ", rows_done = ?, rows_total = ?, bytes_done = ?, lag_rows = ?, waiting_for = ?,"
                            + " waiting_since = case when ? then coalesce(waiting_since, clock_timestamp()) end,"
                            + " resting_since = case when ? then coalesce(resting_since, clock_timestamp()) end"
                            + " where move_id = ? and lease_no = ? returning request")) {
                update.setLong(1, length.toMillis());
                update.setLong(2, progress.rowsDone());
                update.setLong(3, progress.rowsTotal());
                update.setLong(4, progress.bytesDone());
                update.setLong(5, progress.lagRows());
                update.setString(
                        6,
                        waitingFor
                                .map(reason -> JournalLines.cut(reason, FAILURE_LENGTH))
                                .orElse(null));
                update.setBoolean(7, waitingFor.isPresent());
                update.setBoolean(8, resting);
                update.setObject(9, move.id().value());
                update.setLong(10, move.lease().number());
                try (ResultSet row = update.executeQuery()) {
                    return row.next()
                            ? new Renewal(true, MoveRows.request(row.getString(1)))
                            : new Renewal(false, Optional.empty());
                }
            }
        });
    }

    record Renewal(boolean held, Optional<MoveRequest> request) {}

    /** Lets others take the move at once. Does nothing if somebody has taken it over. */
    void release(Move move) {
        connections.transact(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update rehome_directory.move set lease_holder = null,"
                            + " lease_until = case when finished_at is null then clock_timestamp() end"
                            + " where move_id = ? and lease_no = ?")) {
                update.setObject(1, move.id().value());
                update.setLong(2, move.lease().number());
                return update.executeUpdate();
            }
        });
    }

    /**
     * Takes the move to its next phase. What was asked of it and makes no sense there is forgotten.
     *
     * @throws RehomeException (STALE) if it is not in the phase that the caller believes, or the lease is another's (R7)
     */
    Move advance(Move move, MovePhase next, String note) {
        if (!move.phase().next().contains(next)) {
            throw new RehomeException(
                    ErrorKind.INVARIANT, "Move " + move.id() + " cannot go from " + move.phase() + " to " + next + ".");
        }
        Object[] possible = Stream.of(MoveRequest.values())
                .filter(request -> request.isPossibleIn(next))
                .map(MoveRequest::name)
                .toArray();
        return connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update rehome_directory.move set phase = ?, phase_since = clock_timestamp(), failure = null,"
                            + " rows_done = 0, rows_total = 0, bytes_done = 0, lag_rows = 0, waiting_for = null,"
                            + " waiting_since = null, resting_since = null,"
                            + " request = case when request = any (?) then request end,"
                            + " finished_at = case when ? then clock_timestamp() end"
                            + " where move_id = ? and phase = ? and lease_no = ?")) {
                update.setString(1, next.name());
                update.setArray(2, connection.createArrayOf("text", possible));
                update.setBoolean(3, next.isTerminal());
                update.setObject(4, move.id().value());
                update.setString(5, move.phase().name());
                update.setLong(6, move.lease().number());
                if (update.executeUpdate() != 1) {
                    throw new RehomeException(
                            ErrorKind.STALE,
                            "Move " + move.id() + " is no longer in " + move.phase()
                                    + ", or another mover has taken it over. Look at its journal.");
                }
            }
            JournalLines.note(connection, move.at(next), note, JournalLines.Deed.reaching(next));
            return move.at(next);
        });
    }

    /** Adds a line to the move's journal. */
    void note(Move move, String note) {
        connections.transact(connection -> {
            MoveRows.lock(connection, move.id());
            JournalLines.note(connection, move, note);
            return note;
        });
    }

    /** Keeps why the move stands still; the next transition clears it. Not if somebody has taken it over. */
    void failed(Move move, String failure) {
        connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update rehome_directory.move set failure = ? where move_id = ? and lease_no = ?")) {
                update.setString(1, JournalLines.cut(failure, FAILURE_LENGTH));
                update.setObject(2, move.id().value());
                update.setLong(3, move.lease().number());
                if (update.executeUpdate() == 1) {
                    JournalLines.note(connection, move, failure, JournalLines.Deed.ofHolder("FAILED"));
                }
            }
            return failure;
        });
    }

    /** Whether the verdict has been given after which the old home's copy may be removed (R8). */
    boolean isRemovalAllowed(Move move) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select from rehome_directory.move where move_id = ? and removal_allowed_at is not null")) {
                statement.setObject(1, move.id().value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    /**
     * Writes the verdict down after which the old home's copy may be removed.
     *
     * @throws RehomeException (STALE) if the lease is another's (R7)
     */
    void allowRemoval(Move move, String verdict) {
        connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move"
                    + " set removal_allowed_at = clock_timestamp() where move_id = ? and lease_no = ?")) {
                update.setObject(1, move.id().value());
                update.setLong(2, move.lease().number());
                if (update.executeUpdate() != 1) {
                    throw new RehomeException(
                            ErrorKind.STALE,
                            "Another mover has taken move " + move.id() + " over. Look at its journal.");
                }
            }
            JournalLines.note(connection, move, verdict);
            return verdict;
        });
    }

    private static Instant now(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getTimestamp(1).toInstant();
        }
    }

    @Override
    public void close() throws SQLException {
        connections.close();
    }
}
