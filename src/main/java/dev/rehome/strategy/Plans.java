package dev.rehome.strategy;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveId;
import dev.rehome.strategy.PlanLine.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The plans in the directory, and what was decided about their lines. Thread-safe; failures of the database are
 * {@link RehomeException}s (EXTERNAL).
 */
public final class Plans {
    private static final int NAME_LENGTH = 200;
    private static final int FAILURE_LENGTH = 2000;
    private static final String CHANGE = "update rehome_directory.plan_line set state = ?";
    private static final String THIS_LINE = " where line_id = ? and state = any (?)";

    private static final String ADOPT = """
            update rehome_directory.plan_line l
               set state = 'RUNNING', move_id = m.move_id, started_at = m.started_at
              from rehome_directory.move m
             where l.state = 'APPROVED' and m.tenant_id = l.tenant_id and m.from_epoch = l.from_epoch
               and m.started_at >= l.decided_at
               and (m.to_tier, m.to_server, m.to_database, m.to_schema)
                 = (l.to_tier, l.to_server, l.to_database, l.to_schema)""";

    private final ConnectionSource connections;

    public Plans(ConnectionSource connections) {
        this.connections = connections;
    }

    /** A move that was begun because of a plan. */
    public record Start(Instant at, OptionalLong bytes) {}

    /** The newest plan, its lines as they stand now. */
    public Optional<Plan> latest() {
        return connections.transact(connection -> PlanRows.latest(connection));
    }

    /**
     * Makes it the newest plan. Lines that the plan before had too stay the same lines, decided as they were; open ones that are no
     * longer wished are withdrawn.
     *
     * @return the plan as it is kept
     */
    public Plan propose(Plan plan) {
        return connections.transact(connection -> {
            try (Statement lock = connection.createStatement()) {
                lock.execute("lock table rehome_directory.plan in share row exclusive mode");
            }
            Succession succession = Succession.of(PlanRows.lockOpen(connection), plan.lines());
            for (LineId withdrawn : succession.withdrawn()) {
                change(connection, withdrawn, EnumSet.of(State.PROPOSED, State.APPROVED), State.WITHDRAWN, "");
            }
            Plan kept = with(plan, succession.lines());
            PlanRows.insert(connection, kept);
            PlanRows.forgetEmptyBefore(connection, kept.id());
            return kept;
        });
    }

    /** The plan as {@link #propose} would keep it, without keeping it. */
    public Plan compared(Plan plan) {
        return connections.transact(connection -> with(
                plan, Succession.of(PlanRows.open(connection), plan.lines()).lines()));
    }

    private static Plan with(Plan plan, List<PlanLine> lines) {
        return new Plan(plan.id(), plan.madeAt(), plan.by(), plan.tenants(), plan.cost(), lines, plan.left());
    }

    /**
     * Lets a line be carried out, also one that was rejected.
     *
     * @throws RehomeException (USER) if there is no such line, or it is too late for that
     */
    public PlanLine approve(LineId id, String who) {
        return decide(id, EnumSet.of(State.PROPOSED, State.REJECTED), State.APPROVED, who);
    }

    /**
     * Keeps a line from being carried out, also one that was approved and has not begun.
     *
     * @throws RehomeException (USER) if there is no such line, or it is too late for that: then its move can be cancelled
     */
    public PlanLine reject(LineId id, String who) {
        return decide(id, EnumSet.of(State.PROPOSED, State.APPROVED), State.REJECTED, who);
    }

    /** Those that may be carried out, the most pressing first. */
    public List<PlanLine> approved() {
        return connections.transact(connection -> PlanRows.inState(connection, State.APPROVED));
    }

    /** Those whose moves have not ended, as far as anybody has said here. */
    public List<PlanLine> running() {
        return connections.transact(connection -> PlanRows.inState(connection, State.RUNNING));
    }

    /** Lines that were carried out, or could not be, since then; the latest first. */
    public List<PlanLine> endedSince(Instant since) {
        return connections.transact(connection -> PlanRows.endedSince(connection, since));
    }

    /** Moves that were begun because of plans since then. */
    public List<Start> startsSince(Instant since) {
        return connections.transact(connection -> {
            List<Start> starts = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select started_at, bytes from rehome_directory.plan_line where started_at > ? order by started_at")) {
                statement.setTimestamp(1, Timestamp.from(since));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        starts.add(new Start(row.getTimestamp(1).toInstant(), PlanRows.optionalLong(row, "bytes")));
                    }
                }
            }
            return starts;
        });
    }

    /**
     * Finds the moves of approved lines that were planned by somebody who could not say so any more, or by hand.
     *
     * @return how many
     */
    public int adopt() {
        return connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(ADOPT)) {
                return update.executeUpdate();
            }
        });
    }

    /** Says that this move carries out the line. Does nothing unless the line is approved. */
    public boolean started(LineId id, MoveId move) {
        return connections.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update rehome_directory.plan_line"
                    + " set state = 'RUNNING', move_id = ?, started_at = clock_timestamp()"
                    + " where line_id = ? and state = 'APPROVED'")) {
                update.setObject(1, move.value());
                update.setObject(2, id.value());
                return update.executeUpdate() == 1;
            }
        });
    }

    /** Says that the line has been carried out. Does nothing if that is known. */
    public void done(LineId id) {
        connections.transact(connection ->
                change(connection, id, EnumSet.of(State.RUNNING), State.DONE, ", ended_at = clock_timestamp()"));
    }

    /** Says that the line could not be carried out. Does nothing if it is over already. */
    public void failed(LineId id, String failure) {
        connections.transact(connection -> {
            if (change(
                    connection,
                    id,
                    EnumSet.of(State.APPROVED, State.RUNNING),
                    State.FAILED,
                    ", ended_at = clock_timestamp()")) {
                try (PreparedStatement update = connection.prepareStatement(
                        "update rehome_directory.plan_line set failure = ? where line_id = ?")) {
                    update.setString(1, cut(failure, FAILURE_LENGTH));
                    update.setObject(2, id.value());
                    update.executeUpdate();
                }
            }
            return id;
        });
    }

    private PlanLine decide(LineId id, Set<State> from, State to, String who) {
        return connections.transact(connection -> {
            PlanLine line = PlanRows.lock(connection, id)
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "No plan has a line " + id + ". Look at the newest plan."));
            if (line.state() == to) {
                return line; // said twice
            }
            if (!from.contains(line.state())) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "The move of tenant " + line.tenant() + " is " + line.state()
                                + " in the plan, and cannot become " + to + ". "
                                + (line.state() == State.RUNNING
                                        ? "Cancel the move, or roll it back."
                                        : "Look at the newest plan."));
            }
            try (PreparedStatement update = connection.prepareStatement(
                    CHANGE + ", decided_by = ?, decided_at = clock_timestamp() where line_id = ?")) {
                update.setString(1, to.name());
                update.setString(2, cut(who, NAME_LENGTH));
                update.setObject(3, id.value());
                update.executeUpdate();
            }
            return PlanRows.lock(connection, id).orElseThrow();
        });
    }

    private static boolean change(Connection connection, LineId id, Set<State> from, State to, String more)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(CHANGE + more + THIS_LINE)) {
            update.setString(1, to.name());
            update.setObject(2, id.value());
            update.setArray(
                    3,
                    connection.createArrayOf(
                            "text", from.stream().map(State::name).toArray()));
            return update.executeUpdate() == 1;
        }
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }
}
