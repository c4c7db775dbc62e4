package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The moves in the directory: the truth about what has been done. Every transition is one conditional update. Thread-safe;
 * failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class MoveJournal {
    private static final int FAILURE_LENGTH = 2000;
    private static final int NOTE_LENGTH = 4000;
    private static final String MOVE = "select * from rehome_directory.move";
    private static final String NEXT_LEASE =
            "(select coalesce(max(lease_no), 0) + 1 from (select tenant_id, lease_no from rehome_directory.move"
                    + " union all select tenant_id, lease_no from rehome_directory.tenant_life) l where tenant_id = ?)";
    /** The directory's clock is the only one that counts: those of the movers' machines may differ. */
    private static final String FROM_NOW = "clock_timestamp() + ? * interval '1 millisecond'";
    /** Moves that somebody is running and that load a server; a soak only follows. */
    private static final String UNDER_WAY = "select count(*) from rehome_directory.move where move_id <> ?"
            + " and lease_until > clock_timestamp() and phase <> 'SOAK' and ? in (from_server, to_server)";

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
            active(connection, source.tenant()).ifPresent(other -> {
                throw inMove(other);
            });
            requireAlive(connection, source.tenant());
            Move move = insert(connection, source, target, holdCutover);
            note(connection, move, source.home() + " to " + target, new Deed("START", by));
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
        return history().experience();
    }

    /** What moves took. */
    MoveHistory history() {
        return new MoveHistory(connections);
    }

    public Optional<Move> find(MoveId id) {
        return status(id).map(MoveStatus::move);
    }

    /** The tenant's move that has not ended, if there is one. */
    public Optional<Move> active(TenantId tenant) {
        return connections.transact(connection -> active(connection, tenant));
    }

    public Optional<MoveStatus> status(MoveId id) {
        return connections.transact(connection -> status(connection, id));
    }

    /** The tenant's latest move, whether it has ended or not. */
    public Optional<MoveStatus> latest(TenantId tenant) {
        return connections.transact(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(MOVE + " where tenant_id = ? order by started_at desc limit 1")) {
                statement.setObject(1, tenant.value());
                return statuses(statement).stream().findFirst();
            }
        });
    }

    /** The tenant's moves, the newest first. */
    public List<MoveStatus> of(TenantId tenant, int limit) {
        return connections.transact(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(MOVE + " where tenant_id = ? order by started_at desc limit ?")) {
                statement.setObject(1, tenant.value());
                statement.setInt(2, limit);
                return statuses(statement);
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
                    MOVE + " where ? or finished_at is null order by started_at desc, move_id limit ?")) {
                statement.setBoolean(1, ended);
                statement.setInt(2, limit);
                return statuses(statement);
            }
        });
    }

    /**
     * Takes a move over, to run it: from now on its earlier mover, should it still live, is refused wherever it writes (R7).
     *
     * @param holder who takes it, for people
     * @param length for how long it is promised to be heard of; renewed by {@link #renew}
     * @param maxConcurrentMoves that may be under way on each of its servers
     * @param byForce whether it is taken even from somebody whose time is not over: an operator knows that he is dead
     * @throws RehomeException (USER) if the move is unknown or has ended; (BUSY) if somebody else runs it, or a server has
     *     enough moves under way
     */
    MoveStatus take(MoveId id, String holder, Duration length, int maxConcurrentMoves, boolean byForce) {
        return connections.transact(connection -> {
            try (PreparedStatement lock =
                    connection.prepareStatement("lock table rehome_directory.move in share row exclusive mode")) {
                lock.execute();
            }
            MoveStatus status = status(connection, id)
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "There is no move " + id + ". Look at the list of moves."));
            requireFree(connection, status, maxConcurrentMoves, byForce);
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move set lease_no = "
                    + NEXT_LEASE + ", lease_holder = ?, lease_until = " + FROM_NOW
                    + ", waiting_for = null, waiting_since = null, resting_since = null where move_id = ?")) {
                update.setObject(1, status.move().tenant().value());
                update.setString(2, holder);
                update.setLong(3, length.toMillis());
                update.setObject(4, id.value());
                update.executeUpdate();
            }
            MoveStatus taken = status(connection, id).orElseThrow();
            if (status.move().phase() != MovePhase.PLANNED) {
                note(
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
                        throw new RehomeException(
                                ErrorKind.BUSY,
                                "Server " + server + " has " + row.getInt(1) + " moves under way, and "
                                        + maxConcurrentMoves
                                        + " are allowed (max_concurrent_moves). Wait for one to end.");
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
                        6, waitingFor.map(reason -> cut(reason, FAILURE_LENGTH)).orElse(null));
                update.setBoolean(7, waitingFor.isPresent());
                update.setBoolean(8, resting);
                update.setObject(9, move.id().value());
                update.setLong(10, move.lease().number());
                try (ResultSet row = update.executeQuery()) {
                    return row.next()
                            ? new Renewal(true, request(row.getString(1)))
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
     * Asks something of a move.
     *
     * @param by who asks, for the journal
     * @throws RehomeException (USER) if the move is unknown, or in a phase in which that cannot be done any more, or something else
     *     was asked of it that is not done yet
     */
    public void request(MoveId id, MoveRequest request, String by) {
        connections.transact(connection -> {
            Move move = lock(connection, id);
            if (!request.isPossibleIn(move.phase())) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "Move " + id + " is in " + move.phase() + " and cannot be " + request.participle() + " there. "
                                + (request == MoveRequest.CANCEL && move.phase() == MovePhase.SOAK
                                        ? "Roll it back."
                                        : "Look at its status."));
            }
            status(connection, id)
                    .flatMap(MoveStatus::request)
                    .filter(earlier -> !request.supersedes(earlier))
                    .ifPresent(earlier -> {
                        throw new RehomeException(
                                ErrorKind.USER,
                                "Move " + id + " is asked to be " + earlier.participle() + " already, so it cannot be "
                                        + request.participle() + " too. Take that back with 'move resume' first.");
                    });
            setRequest(connection, id, request);
            note(connection, move, "to be " + request.participle(), new Deed(request.name(), by));
            return move;
        });
    }

    /** Takes back that a move be paused, or whatever else was asked of it and is not done yet. */
    public void resume(MoveId id, String by) {
        connections.transact(connection -> {
            Move move = lock(connection, id);
            setRequest(connection, id, null);
            note(connection, move, "to go on", new Deed("RESUME", by));
            return move;
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
            note(connection, move.at(next), note, Deed.reaching(next));
            return move.at(next);
        });
    }

    /** Adds a line to the move's journal. */
    void note(Move move, String note) {
        connections.transact(connection -> {
            lock(connection, move.id());
            note(connection, move, note);
            return note;
        });
    }

    /** Keeps why the move stands still; the next transition clears it. Not if somebody has taken it over. */
    void failed(Move move, String failure) {
        connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "update rehome_directory.move set failure = ? where move_id = ? and lease_no = ?")) {
                update.setString(1, cut(failure, FAILURE_LENGTH));
                update.setObject(2, move.id().value());
                update.setLong(3, move.lease().number());
                if (update.executeUpdate() == 1) {
                    note(connection, move, failure, Deed.ofHolder("FAILED"));
                }
            }
            return failure;
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
            Move move = lock(connection, id);
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move set phase = ?,"
                    + " phase_since = clock_timestamp(), finished_at = clock_timestamp(), lease_no = " + NEXT_LEASE
                    + ", lease_holder = null, lease_until = null, waiting_for = null, request = null"
                    + " where move_id = ? and finished_at is null")) {
                update.setString(1, MovePhase.CANCELLED.name());
                update.setObject(2, move.tenant().value());
                update.setObject(3, id.value());
                if (update.executeUpdate() == 1) {
                    note(connection, move.at(MovePhase.CANCELLED), "given up in " + move.phase() + ": " + why);
                }
            }
            return move;
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
            note(connection, move, verdict);
            return verdict;
        });
    }

    /** Writes down what is about to be made outside a transaction. */
    void making(Move move, List<MoveObject> objects) {
        connections.transact(connection -> {
            for (MoveObject object : objects) {
                try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.move_object"
                        + " (move_id, kind, server_name, database_name, object_name) values (?, ?, ?, ?, ?)"
                        + " on conflict (move_id, kind, server_name, database_name, object_name)"
                        + " do update set settled_at = null")) {
                    insert.setObject(1, move.id().value());
                    bind(insert, 2, object);
                    insert.executeUpdate();
                }
            }
            return objects;
        });
    }

    /** Marks what was made as gone, or as the tenant's home for good. */
    void settled(Move move, List<MoveObject> objects) {
        connections.transact(connection -> {
            for (MoveObject object : objects) {
                try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move_object"
                        + " set settled_at = clock_timestamp() where move_id = ? and kind = ? and server_name = ?"
                        + " and database_name = ? and object_name = ?")) {
                    update.setObject(1, move.id().value());
                    bind(update, 2, object);
                    update.executeUpdate();
                }
            }
            return objects;
        });
    }

    /** What ended moves have made and nobody has seen go or become a home, a line each. */
    public List<String> unsettled() {
        return connections.transact(connection -> {
            List<String> objects = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                            "select o.kind, o.server_name, o.database_name, o.object_name, o.move_id"
                                    + " from rehome_directory.move_object o join rehome_directory.move m using (move_id)"
                                    + " where o.settled_at is null and m.finished_at is not null order by o.written_at");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    objects.add(row.getString(1) + " " + row.getString(4) + " in " + row.getString(2) + "/"
                            + row.getString(3) + " of move " + row.getString(5));
                }
            }
            return objects;
        });
    }

    /** The comparisons of all moves. */
    public VerificationLog verifications() {
        return new VerificationLog(connections);
    }

    /** The journal of a move, oldest line first. */
    public List<JournalEntry> lines(MoveId id) {
        return connections.transact(connection -> {
            List<JournalEntry> lines = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select written_at, phase, note, by_whom from rehome_directory.move_journal"
                            + " where move_id = ? order by entry_no")) {
                statement.setObject(1, id.value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        lines.add(new JournalEntry(
                                row.getTimestamp(1).toInstant(),
                                MovePhase.valueOf(row.getString(2)),
                                row.getString(3),
                                Optional.ofNullable(row.getString(4))));
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
            return statuses(statement).stream().findFirst().map(MoveStatus::move);
        }
    }

    private static Optional<MoveStatus> status(Connection connection, MoveId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE + " where move_id = ?")) {
            statement.setObject(1, id.value());
            return statuses(statement).stream().findFirst();
        }
    }

    /** So that no transition comes between what is looked at and what is written. */
    private static Move lock(Connection connection, MoveId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE + " where move_id = ? for update")) {
            statement.setObject(1, id.value());
            return statuses(statement).stream()
                    .findFirst()
                    .map(MoveStatus::move)
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "There is no move " + id + ". Look at the list of moves."));
        }
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

    private static Instant now(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getTimestamp(1).toInstant();
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
            return statuses(insert).get(0).move();
        }
    }

    private static void bind(PreparedStatement statement, int first, MoveObject object) throws SQLException {
        statement.setString(first, object.kind().name());
        statement.setString(first + 1, object.home().database().server());
        statement.setString(first + 2, object.home().database().name());
        statement.setString(first + 3, object.name());
    }

    private static List<MoveStatus> statuses(PreparedStatement statement) throws SQLException {
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

    private static Optional<MoveRequest> request(@Nullable String name) {
        return Optional.ofNullable(name).map(MoveRequest::valueOf);
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }

    /**
     * What makes a line one of the audit's.
     *
     * @param action null if the line is no deed
     * @param by null for whoever runs the move
     */
    private record Deed(@Nullable String action, @Nullable String by) {
        static final Deed NONE = new Deed(null, null);

        static Deed ofHolder(String action) {
            return new Deed(action, null);
        }

        /** Getting this far is the outcome that somebody wanted. */
        static Deed reaching(MovePhase phase) {
            return switch (phase) {
                case SOAK -> ofHolder("CUT_OVER");
                case DONE, ROLLED_BACK, CANCELLED -> ofHolder(phase.name());
                case PLANNED, PREPARE, BACKFILL, CATCH_UP, VERIFY, CUTOVER, RETIRE, ROLL_BACK, CANCEL -> NONE;
            };
        }
    }

    private static void note(Connection connection, Move move, String note) throws SQLException {
        note(connection, move, note, Deed.NONE);
    }

    private static void note(Connection connection, Move move, String note, Deed deed) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into rehome_directory.move_journal"
                        + " (move_id, entry_no, phase, note, action, by_whom)"
                        + " select ?, coalesce((select max(entry_no) from rehome_directory.move_journal where move_id = ?), 0) + 1,"
                        + " ?, ?, ?, case when ?::text is not null then coalesce(?, m.lease_holder) end from rehome_directory.move m where m.move_id = ?")) {
            insert.setObject(1, move.id().value());
            insert.setObject(2, move.id().value());
            insert.setString(3, move.phase().name());
            insert.setString(4, cut(note, NOTE_LENGTH));
            insert.setString(5, deed.action());
            insert.setString(6, deed.action());
            insert.setString(7, deed.by());
            insert.setObject(8, move.id().value());
            insert.executeUpdate();
        }
    }
}
