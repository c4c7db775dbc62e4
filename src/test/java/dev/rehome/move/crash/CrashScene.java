package dev.rehome.move.crash;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.KeptConnection;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.move.crash.CrashPoint.End;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.Templates;
import dev.rehome.testing.TestFleet;
import dev.rehome.throttle.ThrottleLimits;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A fleet with a tenant that is moved to and fro, and a neighbour, both at work all the time. Used by one thread. */
final class CrashScene implements AutoCloseable {
    static final String JOURNAL = "rehome journal of a mover";
    private static final Duration BETWEEN_TRANSACTIONS = Duration.ofMillis(40);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int SOAKED_TRANSACTIONS = 2;
    /** Long, because machines that run tests are slow; what is tried here is not time. */
    private static final MoveOptions OPTIONS = MoveOptions.DEFAULT.toBuilder()
            .notice(Duration.ZERO)
            .batchRows(50)
            .cutover(new CutoverBudget(
                    Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(60), Optional.empty()))
            .lease(Duration.ofSeconds(6))
            .throttle(new ThrottleLimits(
                    Duration.ofMinutes(1), Duration.ofMinutes(1), 100, ThrottleLimits.DEFAULT_INTERVAL))
            .build();

    private final TestFleet fleet;
    /** To look at what is there: kept, as it is asked often. Nobody may stay connected to a database that is to be dropped. */
    private final KeptConnection inSharedHome;

    private final KeptConnection inDirectory;
    private final TenantConnections connections;
    private final ReadWriteLock pause = new ReentrantReadWriteLock(true);
    private final Clients shop;
    private final Clients neighbour;
    private final MoveJournal journal;
    private final Aftermath aftermath;

    /** What a point has shown. */
    record Result(
            boolean reached,
            int statements,
            Map<String, Integer> seen,
            @Nullable String struck,
            String phase,
            List<String> problems) {}

    CrashScene(Tier from) throws SQLException {
        fleet = TestFleet.onPostgres();
        inSharedHome = new KeptConnection(() -> fleet.administrator(fleet.sharedHome()));
        inDirectory = new KeptConnection(
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test journal"));
        connections = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)));
        shop = new Clients(
                fleet.directory(), this::look, connections, fleet.createTenant(from), 2, BETWEEN_TRANSACTIONS, pause);
        neighbour = new Clients(
                fleet.directory(),
                this::look,
                connections,
                fleet.createTenant(Tier.SHARED),
                1,
                BETWEEN_TRANSACTIONS,
                pause);
        journal = new MoveJournal(inDirectory);
        aftermath = new Aftermath(fleet, this::look, journal, List.of(shop, neighbour));
    }

    /** A connection that nothing binds. */
    private Connection look(Home home) throws SQLException {
        return home.equals(fleet.sharedHome()) ? inSharedHome.lend() : fleet.administrator(home);
    }

    TestFleet fleet() {
        return fleet;
    }

    TenantId tenant() {
        return shop.tenant();
    }

    MovePhase phase(MoveId id) {
        return journal.find(id).orElseThrow().phase();
    }

    /** Makes the move, lets it go wrong at the point, has another mover take it over, and looks at what is left. */
    Result run(CrashPoint point) throws SQLException, InterruptedException, IOException {
        bring(point.column().from());
        List<String> problems = new ArrayList<>();
        First first = point.fault() == Fault.SIGKILL ? runChild(point, problems) : runHere(point, problems);
        // Something goes that the first mover may have seen.
        shop.deleteOne();
        MovePhase end = takeOver(point, first.planned(), problems);
        problems.addAll(problems(end, target(point)));
        return new Result(
                first.struck() != null, first.statements(), first.seen(), first.struck(), first.phase(), problems);
    }

    /** What has become of the first mover. */
    private record First(
            @Nullable MoveId planned,
            @Nullable String struck,
            int statements,
            Map<String, Integer> seen,
            String phase) {}

    private First runChild(CrashPoint point, List<String> problems) throws IOException, InterruptedException {
        MoveId move = mover(fleet.servers(), OPTIONS)
                .plan(shop.tenant(), target(point))
                .id();
        ChildMover.Ended ended = ChildMover.run(fleet.servers(), fleet.control(), move, point);
        if (!ended.killed() && ended.status() != 0) {
            problems.add("the child ended with " + ended);
        }
        return new First(
                move,
                ended.killed() ? ended.lastLine() : null,
                0,
                Map.of(),
                phase(move).name());
    }

    private First runHere(CrashPoint point, List<String> problems) throws InterruptedException {
        MoverStatements statements =
                new MoverStatements(point.fault(), point.site(), point.column().end() != End.ROLLED_BACK);
        AtomicReference<MovePhase> phase = new AtomicReference<>(MovePhase.PLANNED);
        @Nullable MoveId planned = null;
        try {
            Mover mover = mover(
                    fleet.servers().openedBy(statements),
                    options(point.column().manner(), point.fault() == Fault.RETRIED ? PATIENCE : Duration.ZERO));
            Move move = mover.plan(shop.tenant(), target(point));
            planned = move.id();
            mover.run(
                    move.id(),
                    new MoveListener() {
                        @Override
                        public void entered(Move entered, MovePhase next) {
                            phase.set(next);
                            if (next == MovePhase.ROLL_BACK) {
                                statements.startCounting();
                            } else if (next == MovePhase.SOAK && point.column().end() == End.CANCELLED) {
                                statements.stopCounting();
                            }
                        }
                    },
                    soak(verdict(point)),
                    false);
        } catch (RehomeException | Killed e) {
            if (statements.struck() == null) {
                problems.add("failed though nothing went wrong: " + Traces.of(e));
            } else if (point.fault() == Fault.RETRIED && phase.get() != MovePhase.PLANNED) {
                problems.add("R5: did not go on by itself: " + Traces.of(e));
            }
        }
        return new First(
                planned, statements.struck(), statements.count(), statements.seen(), String.valueOf(phase.get()));
    }

    /** What is wrong after a move of the tenant's that ended so. */
    List<String> problems(MovePhase end, Home target) throws SQLException, InterruptedException {
        pause.writeLock().lock();
        try {
            return aftermath.problems(shop.tenant(), end, target);
        } finally {
            pause.writeLock().unlock();
        }
    }

    /** Has somebody else do what is left, if anything is. Says how the move has ended. */
    private MovePhase takeOver(CrashPoint point, @Nullable MoveId planned, List<String> problems)
            throws InterruptedException {
        boolean cancelled = point.column().end() == End.CANCELLED;
        Mover mover = mover(fleet.servers(), options(point.column().manner(), PATIENCE));
        MoveId id = planned;
        if (id == null) {
            // Its answer may have been lost: then it is planned all the same.
            Optional<Move> known = journal.active(shop.tenant());
            if (known.isEmpty() && cancelled) {
                return MovePhase.CANCELLED;
            }
            id = known.orElseGet(() -> mover.plan(shop.tenant(), target(point))).id();
        }
        if (!phase(id).isTerminal()) {
            try {
                if (cancelled) {
                    cancel(id);
                }
                mover.run(id, MoveListener.NONE, soak(verdict(point)), true);
            } catch (RehomeException e) {
                problems.add("R5: the mover that took over failed: " + Traces.of(e));
            }
        }
        return phase(id);
    }

    private void cancel(MoveId id) {
        try {
            journal.request(id, MoveRequest.CANCEL, "the test");
        } catch (RehomeException e) {
            if (e.kind() != ErrorKind.USER) {
                throw e;
            }
            // Too late: the tenant lives in the target already.
        }
    }

    /** Makes an undisturbed move if the tenant is not there. */
    void bring(Tier tier) throws InterruptedException {
        Home home = fleet.home(tier, shop.tenant());
        if (!fleet.directory().find(shop.tenant()).orElseThrow().home().equals(home)) {
            Mover mover = mover(fleet.servers(), OPTIONS);
            mover.run(mover.plan(shop.tenant(), home), MoveListener.NONE, SoakDecision.after(Duration.ZERO));
        }
    }

    /** The next database is made from nothing, as the first one of a server is. */
    void forgetTemplates() throws SQLException {
        try (Connection administrator = fleet.administrator(fleet.sharedHome())) {
            Templates.drop(administrator);
        }
    }

    Mover mover(Servers servers, MoveOptions options) {
        return mover(servers, fleet.control(), options);
    }

    /** A mover as a process of its own would have it: it knows nothing of what others have seen. */
    static Mover mover(Servers servers, Database control, MoveOptions options) {
        ConnectionSource directory = directory(servers, control);
        return new Mover(
                servers,
                new Homes(servers, control, TestFleet.TENANT_COLUMN),
                new JdbcDirectory(directory),
                new MoveJournal(directory),
                TestFleet.TENANT_COLUMN,
                options);
    }

    private static ConnectionSource directory(Servers servers, Database control) {
        return () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, JOURNAL);
    }

    static MoveOptions options(Manner manner, Duration retryFor) {
        return OPTIONS.toBuilder()
                .workers(manner == Manner.TOGETHER ? 2 : 1)
                .fencedPassRows(manner == Manner.FENCED ? 1000 : 0)
                .retryFor(retryFor)
                .build();
    }

    private Home target(CrashPoint point) {
        return fleet.home(point.column().to(), shop.tenant());
    }

    private static Verdict verdict(CrashPoint point) {
        return point.column().end() == End.ROLLED_BACK ? Verdict.ROLL_BACK : Verdict.RETIRE;
    }

    /** Makes both homes differ: what others write meanwhile may cancel out. */
    void write() {
        try {
            shop.registerOne();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until the new home has been used. */
    SoakDecision soak(Verdict verdict) {
        AtomicLong enough = new AtomicLong();
        return soaked -> {
            enough.compareAndSet(0, shop.acknowledged() + SOAKED_TRANSACTIONS);
            return shop.acknowledged() < enough.get() ? Verdict.GO_ON : verdict;
        };
    }

    @Override
    public void close() throws SQLException {
        shop.close();
        neighbour.close();
        inSharedHome.close();
        inDirectory.close();
        connections.close();
        fleet.close();
    }
}
