package dev.rehome.move;

import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.VerificationReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the phases of one run of a move share. Not thread-safe. */
final class MoveContext implements AutoCloseable {
    private final Move move;
    private final MoveTools tools;
    private final MoveListener listener;
    private final SoakDecision soakDecision;
    private final List<VerificationReport> verifications = new ArrayList<>();
    private @Nullable Flow flow;
    private MovePhase phase;
    private long phaseBeganNanos = System.nanoTime();
    private long rows;
    private long bytes;
    private Duration fenced = Duration.ZERO;

    /** What all moves of a mover share. */
    record MoveTools(Servers servers, Homes homes, Directory directory, String tenantColumn, MoveOptions options) {}

    MoveContext(Move move, MoveTools tools, MoveListener listener, SoakDecision soakDecision) {
        this.move = move;
        this.tools = tools;
        this.listener = listener;
        this.soakDecision = soakDecision;
        this.phase = move.phase();
    }

    Move move() {
        return move;
    }

    TenantId tenant() {
        return move.tenant();
    }

    Home source() {
        return move.source().home();
    }

    Home target() {
        return move.target();
    }

    Servers servers() {
        return tools.servers();
    }

    Homes homes() {
        return tools.homes();
    }

    Directory directory() {
        return tools.directory();
    }

    String tenantColumn() {
        return tools.tenantColumn();
    }

    MoveOptions options() {
        return tools.options();
    }

    SoakDecision soakDecision() {
        return soakDecision;
    }

    MoveListener listener() {
        return listener;
    }

    void enter(MovePhase next) {
        if (phase != next) {
            phase = next;
            phaseBeganNanos = System.nanoTime();
        }
        listener.entered(move, next);
    }

    Duration inPhase() {
        return Duration.ofNanos(System.nanoTime() - phaseBeganNanos);
    }

    void progress(long rowsDone, long rowsTotal, long bytesDone, long lagRows) {
        listener.progressed(move, new MoveProgress(phase, rowsDone, rowsTotal, bytesDone, lagRows, inPhase()));
    }

    /** From the home that serves to the other one. Opened once, as it is needed again inside the fence. */
    Flow flow(Home from, Home to) throws SQLException {
        Flow open = flow;
        if (open != null && open.leads(from, to)) {
            return open;
        }
        closeFlow();
        Flow opened = Flow.open(this, from, to);
        flow = opened;
        return opened;
    }

    /** Before a home is removed. */
    void closeFlow() throws SQLException {
        Flow open = flow;
        flow = null;
        if (open != null) {
            open.close();
        }
    }

    void copied(long copiedRows, long copiedBytes) {
        rows = copiedRows;
        bytes = copiedBytes;
    }

    void verified(VerificationReport report) {
        verifications.add(report);
    }

    void fenced(Duration duration) {
        fenced = duration;
    }

    MoveReport report(Move ended, Duration elapsed) {
        return new MoveReport(ended, rows, bytes, elapsed, fenced, List.copyOf(verifications));
    }

    @Override
    public void close() throws SQLException {
        closeFlow();
    }
}
