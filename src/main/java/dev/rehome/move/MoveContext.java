package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.throttle.Throttle;
import dev.rehome.throttle.ThrottleReason;
import dev.rehome.time.Deadline;
import dev.rehome.verify.VerificationReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the phases of one run of a move share. Not thread-safe, except for {@link #checkpoint} and {@link #progress}. */
final class MoveContext implements AutoCloseable {
    private static final Duration PAUSED_INTERVAL = Duration.ofMillis(500);
    private static final Duration NOTICE_INTERVAL = Duration.ofMillis(100);
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(10);

    private final Move move;
    private final MoveTools tools;
    private final Servers servers;
    private final Homes homes;
    private final LeaseKeeper keeper;
    private final MoveListener listener;
    private final SoakDecision soakDecision;
    private final boolean holdCutover;
    private final Throttle throttle;
    /** Of this run alone, where it shares none with others. */
    private final KeptConnections kept = new KeptConnections(LONGEST_IDLE);

    private final List<VerificationReport> verifications = new ArrayList<>();
    /** How many of them the directory has. */
    private int reported;

    private @Nullable Flow flow;
    private MovePhase phase;
    private boolean tooLateToCancel;
    private long phaseBeganNanos;
    /** Since when applications can learn where the tenant goes, as far as this run knows. */
    private long noticeNanos;

    private long rows;
    private long bytes;
    private Duration fenced = Duration.ZERO;

    /** What all moves of a mover share. */
    record MoveTools(
            Servers servers,
            Homes homes,
            Directory directory,
            MoveJournal journal,
            String tenantColumn,
            MoveOptions options) {}

    /** @param inPhase how long the move has been in its phase, over all runs */
    MoveContext(
            MoveStatus taken,
            Duration inPhase,
            MoveTools tools,
            LeaseKeeper keeper,
            MoveListener listener,
            SoakDecision soakDecision) {
        this.move = taken.move();
        this.tools = tools;
        Servers tagged = tools.servers().tagged(move.tag());
        this.servers = tagged.keepingAlso(List.of(source().database(), target().database()), kept);
        this.homes = tools.homes().reachedBy(servers);
        this.keeper = keeper;
        this.listener = listener;
        this.soakDecision = soakDecision;
        this.holdCutover = taken.holdCutover();
        this.throttle = Throttle.open(tagged, tools.options().throttle(), onEachServer());
        this.phase = move.phase();
        this.phaseBeganNanos = System.nanoTime() - inPhase.toNanos();
        this.noticeNanos = phaseBeganNanos;
    }

    /** As it was when this run began: its phase may be an earlier one than {@link #enter} was told. */
    Move move() {
        return move;
    }

    TenantId tenant() {
        return move.tenant();
    }

    Lease lease() {
        return move.lease();
    }

    Home source() {
        return move.source().home();
    }

    Home target() {
        return move.target();
    }

    /** Their connections carry this run's tag. */
    Servers servers() {
        return servers;
    }

    Homes homes() {
        return homes;
    }

    Directory directory() {
        return tools.directory();
    }

    MoverJournal journal() {
        return keeper.journal();
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

    Optional<MoveRequest> request() {
        return keeper.request();
    }

    /** Whether the cutover may be made as soon as it can be. */
    boolean mayCutOver() {
        return !holdCutover || keeper.request().equals(Optional.of(MoveRequest.CUTOVER));
    }

    /** Returns whether the phase is another one than before. */
    boolean enter(MovePhase next) {
        boolean another = phase != next;
        if (another) {
            phase = next;
            phaseBeganNanos = System.nanoTime();
            if (next == MovePhase.VERIFY || next == MovePhase.ROLL_BACK) {
                noticeNanos = phaseBeganNanos;
            }
            keeper.progressed(new MoveProgress(next, 0, 0, 0, 0, Duration.ZERO));
        }
        listener.entered(move, next);
        return another;
    }

    /** Waits until applications have had time to open connections to where the tenant goes. */
    void giveNotice() throws InterruptedException {
        Deadline given = Deadline.in(options().notice().minus(Duration.ofNanos(System.nanoTime() - noticeNanos)));
        while (!given.passed()) {
            checkpoint();
            given.sleep(NOTICE_INTERVAL);
        }
    }

    Duration inPhase() {
        return Duration.ofNanos(System.nanoTime() - phaseBeganNanos);
    }

    /**
     * A point at which the phase may be left without harm.
     *
     * @throws Stopped if the operator wants the move paused or given up
     * @throws RehomeException (STALE) if another mover has taken it over
     */
    void checkpoint() {
        if (keeper.lost()) {
            throw leaseLost(null);
        }
        Optional<MoveRequest> request = keeper.request();
        if (request.equals(Optional.of(MoveRequest.PAUSE))) {
            throw new Stopped(new Outcome.Wait(PAUSED_INTERVAL, "paused by hand until it is resumed"));
        }
        if (request.equals(Optional.of(MoveRequest.CANCEL)) && !tooLateToCancel && phase.isCancellable()) {
            throw new Stopped(new Outcome.GiveUp("cancelled"));
        }
    }

    /** The cutover has been made. */
    void ignoreCancel() {
        tooLateToCancel = true;
    }

    /** @param reason empty if the move gets on */
    void waitFor(Optional<String> reason) {
        keeper.waitFor(reason);
    }

    void progress(long rowsDone, long rowsTotal, long bytesDone, long lagRows) {
        MoveProgress progress = new MoveProgress(phase, rowsDone, rowsTotal, bytesDone, lagRows, inPhase());
        keeper.progressed(progress);
        listener.progressed(move, progress);
        checkpoint();
        rest();
    }

    /** Waits, with no lock held, until the servers can bear more; an interrupt is left for whoever looks at it next. */
    private void rest() {
        Optional<ThrottleReason> reason = throttle.reason();
        while (reason.isPresent() && !Thread.currentThread().isInterrupted()) {
            keeper.restFor(reason.get().toString());
            try {
                throttle.await(Deadline.in(options().throttle().interval()), unchanged -> {});
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            checkpoint();
            reason = throttle.reason();
            if (reason.isEmpty()) {
                keeper.waitFor(Optional.empty());
            }
        }
    }

    /** What another mover's lease means for this one. */
    RehomeException leaseLost(@Nullable Exception cause) {
        return new RehomeException(
                ErrorKind.STALE,
                "Move " + move.id()
                        + " has been taken over by another mover, so this one has stopped. Look at its journal.",
                cause);
    }

    /** The mover's connection to a home's database, with this run's tag and no transaction begun. */
    Connection open(Home home) throws SQLException {
        return servers.open(home, DatabaseRole.MOVER, Prepare.APPLICATION);
    }

    /** Work that writes with the lease held. */
    @FunctionalInterface
    interface Writing {
        void on(Connection connection) throws SQLException;
    }

    /** Writes in a home's database, in a transaction of its own that holds the lease (R7). */
    void write(Home home, Writing work) throws SQLException {
        try (Connection connection = open(home)) {
            MoverTransaction.beginReadCommitted(connection, tenant().value());
            lease().hold(connection);
            work.on(connection);
            connection.commit();
        }
    }

    /** Work that no transaction can undo. */
    @FunctionalInterface
    interface Unprotected {
        void run() throws SQLException;
    }

    /**
     * Creates or drops what cannot be created or dropped in a transaction, while a transaction in the serving home's database
     * keeps anybody from taking the move over (R7).
     */
    void whileHolding(Home serving, Unprotected work) throws SQLException {
        try (Connection connection = open(serving)) {
            connection.setAutoCommit(false);
            lease().hold(connection);
            work.run();
            connection.commit();
        }
    }

    /** Makes this run's lease the one that counts in the home's database. */
    void claim(Home home) throws SQLException {
        try (Connection connection = open(home)) {
            connection.setAutoCommit(false);
            lease().claim(connection);
            connection.commit();
        }
    }

    /**
     * As {@link #claim}, after having ended the connections of earlier runs. Does nothing where there is no such database yet,
     * or any more, or where whoever was making it got no further than before the mover's rights: it is made anew.
     */
    void claimIfMade(Home home) throws SQLException {
        try {
            claim(home);
        } catch (SQLException e) {
            boolean halfMade = phase == MovePhase.PREPARE && home.equals(target()) && SqlState.isPrivilegeMissing(e);
            if (!SqlState.isNoSuchHome(e) && !halfMade) {
                throw e;
            }
        }
    }

    /** Whether the source records what changes: else there is nothing to follow, and all is copied in the fence. */
    boolean isFollowed() throws SQLException {
        try (Connection connection = open(source())) {
            return Residency.isCaptured(connection, tenant());
        }
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

    /** Kept in the directory later: perhaps a fence is up now. */
    void verified(VerificationReport report) {
        verifications.add(report);
    }

    /** Writes the reports of this run down that are not yet. */
    void keepReports() {
        for (; reported < verifications.size(); reported++) {
            journal().verifications().keep(move, phase, verifications.get(reported), keeper.holder());
        }
    }

    void fenced(Duration duration) {
        fenced = duration;
    }

    MoveReport report(Move ended, Duration elapsed) {
        return new MoveReport(ended, rows, bytes, elapsed, fenced, List.copyOf(verifications));
    }

    /** Where both homes are, each database once. */
    List<Home> inEachDatabase() {
        return source().inSameDatabaseAs(target()) ? List.of(source()) : List.of(source(), target());
    }

    /** On which servers the homes are. */
    List<Database> onEachServer() {
        Database here = source().database();
        Database there = target().database();
        return here.server().equals(there.server()) ? List.of(here) : List.of(here, there);
    }

    @Override
    public void close() throws SQLException {
        try (throttle;
                kept) {
            closeFlow();
        }
    }
}
