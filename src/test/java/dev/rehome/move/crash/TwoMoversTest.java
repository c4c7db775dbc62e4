package dev.rehome.move.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.Forwarding;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveReport;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * R7: two movers that both believe they lead. The first is held just before a statement, the second takes the move over by
 * force, then the first is let go.
 */
class TwoMoversTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** A mover is held with its fence up, and the server is not to take the fence down meanwhile; its clients wait for 30 s. */
    private static final MoveOptions OPTIONS = CrashScene.options(Manner.BESIDE, Duration.ofMinutes(1)).toBuilder()
            .cutover(new CutoverBudget(Duration.ofSeconds(20), Duration.ofMillis(500), LONGEST, Optional.empty()))
            .build();

    private static CrashScene scene;

    @BeforeAll
    static void open() throws SQLException {
        scene = new CrashScene(Tier.SCHEMA);
    }

    @AfterAll
    static void close() throws SQLException {
        scene.close();
    }

    @BeforeEach
    void begin() throws InterruptedException {
        scene.bring(Tier.SCHEMA);
    }

    /** Before what the first mover is held: the first such statement of the phase. */
    enum Held {
        CREATING_THE_TARGET(MovePhase.PREPARE, "create database"),
        CONNECTING_TO_COPY(MovePhase.BACKFILL, "connect as rehome backfill"),
        MARKING_A_RANGE(MovePhase.BACKFILL, "insert into rehome.backfill_arrival"),
        PROTECTING_THE_TARGET(MovePhase.CATCH_UP, "select rehome.protect_home"),
        ADVANCING_THE_JOURNAL(MovePhase.CATCH_UP, "update rehome_directory.move set phase"),
        FORGETTING_CHANGES(MovePhase.VERIFY, "delete from rehome.change"),
        TELLING_THE_TARGET(MovePhase.CUTOVER, "insert into rehome.residency"),
        COMMITTING_THE_CUTOVER(MovePhase.CUTOVER, "commit"),
        APPLYING_BACKWARDS(MovePhase.SOAK, "select rehome.hold_lease"),
        ALLOWING_THE_REMOVAL(MovePhase.RETIRE, "update rehome_directory.move set removal_allowed_at"),
        DROPPING_THE_OLD_HOME(MovePhase.RETIRE, "drop schema");

        private final MovePhase phase;
        private final String words;

        Held(MovePhase phase, String words) {
            this.phase = phase;
            this.words = words;
        }
    }

    static Stream<Arguments> held() {
        return Stream.of(Held.values()).map(held -> Arguments.of(held));
    }

    /** Interleaving: the first is held, the second finishes the move, the first goes on. */
    @ParameterizedTest
    @MethodSource("held")
    void aMoverThatWasOvertakenIsRefusedAtItsNextWriteAndChangesNothing(Held held) throws Exception {
        Home target = scene.fleet().home(Tier.DATABASE, scene.tenant());
        FirstMover first = new FirstMover(held);
        Mover overtaken = scene.mover(scene.fleet().servers().openedBy(MoverStatements.watched(first)), OPTIONS);
        Move move = overtaken.plan(scene.tenant(), target);
        CompletableFuture<MoveReport> running = first.run(scene, overtaken, move);
        first.awaitHeld(running);

        Mover second = scene.mover(scene.fleet().servers(), OPTIONS);
        MoveReport report = second.run(move.id(), MoveListener.NONE, scene.soak(Verdict.RETIRE), true);
        assertEquals(MovePhase.DONE, report.move().phase());
        first.letGo();

        assertStale(running);
        assertEquals(List.of(), scene.problems(MovePhase.DONE, target));
    }

    /**
     * Interleaving: the first is held in a transaction that holds the lease, on a connection that nobody can end; the second
     * asks for the lease and waits; the first goes on, and what it has begun counts; the second does the rest.
     */
    @ParameterizedTest
    @MethodSource("heldInTransactions")
    void aMoverThatCannotBeEndedIsWaitedForAndRefusedAfterwards(Held held) throws Exception {
        Home target = scene.fleet().home(Tier.DATABASE, scene.tenant());
        FirstMover first = new FirstMover(held);
        Mover overtaken =
                scene.mover(scene.fleet().servers().openedBy(anonymous(MoverStatements.watched(first))), OPTIONS);
        Move move = overtaken.plan(scene.tenant(), target);
        CompletableFuture<MoveReport> running = first.run(scene, overtaken, move);
        first.awaitHeld(running);

        CompletableFuture<MoveReport> second =
                new FirstMover(held).run(scene, scene.mover(scene.fleet().servers(), OPTIONS), move);
        awaitSomebodyWaitsForTheLease();
        assertFalse(second.isDone());
        first.letGo();

        assertEquals(
                MovePhase.DONE,
                second.get(LONGEST.toSeconds(), TimeUnit.SECONDS).move().phase());
        assertStale(running);
        assertEquals(List.of(), scene.problems(MovePhase.DONE, target));
    }

    static Stream<Arguments> heldInTransactions() {
        return Stream.of(
                        Held.MARKING_A_RANGE,
                        Held.FORGETTING_CHANGES,
                        Held.COMMITTING_THE_CUTOVER,
                        Held.DROPPING_THE_OLD_HOME)
                .map(held -> Arguments.of(held));
    }

    private static void assertStale(CompletableFuture<MoveReport> running) {
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> running.get(LONGEST.toSeconds(), TimeUnit.SECONDS));
        if (!(refused.getCause() instanceof RehomeException e && e.kind() == ErrorKind.STALE)) {
            throw new AssertionError("refused, but not for its lease", refused);
        }
    }

    private static void awaitSomebodyWaitsForTheLease() throws SQLException, InterruptedException {
        Deadline deadline = Deadline.in(LONGEST);
        String sql =
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%claim_lease%'"
                        + " and pid <> pg_backend_pid()";
        while (scene.fleet().count(scene.fleet().sharedHome(), sql) == 0 && !deadline.passed()) {
            deadline.sleep(Duration.ofMillis(20));
        }
    }

    /** So that nobody knows whose connections they are. */
    private static Servers.Opener anonymous(MoverStatements statements) {
        return (url, properties) -> {
            Properties nameless = new Properties();
            nameless.putAll(properties);
            nameless.setProperty("ApplicationName", "nobody");
            Connection connection = statements.open(url, nameless);
            return Forwarding.to(
                    (self, method, arguments) -> method.getName().equals("setClientInfo")
                            ? null
                            : Forwarding.call(connection, method, arguments),
                    Connection.class);
        };
    }

    /** Holds a mover once. */
    private static final class FirstMover implements MoverStatements.Watch {
        private final Held held;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicBoolean once = new AtomicBoolean();
        private volatile MovePhase phase = MovePhase.PLANNED;
        private int residencies;

        FirstMover(Held held) {
            this.held = held;
        }

        @Override
        public void before(String sql) {
            if (sql.contains("insert into rehome.residency")) {
                residencies++;
            }
            // The commit of the cutover is the one behind the second residency row, which is the source's.
            boolean early = held == Held.COMMITTING_THE_CUTOVER && residencies < 2;
            if (phase == held.phase && !early && sql.contains(held.words) && !once.getAndSet(true)) {
                reached.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        CompletableFuture<MoveReport> run(CrashScene scene, Mover mover, Move move) {
            MoveListener listener = new MoveListener() {
                @Override
                public void entered(Move entered, MovePhase next) {
                    if (held == Held.FORGETTING_CHANGES && next == held.phase) {
                        scene.write();
                    }
                    phase = next;
                }
            };
            CompletableFuture<MoveReport> report = new CompletableFuture<>();
            new Thread(
                            () -> {
                                try {
                                    report.complete(mover.run(move.id(), listener, scene.soak(Verdict.RETIRE), true));
                                } catch (Exception e) {
                                    report.completeExceptionally(e);
                                }
                            },
                            "mover")
                    .start();
            return report;
        }

        void awaitHeld(CompletableFuture<MoveReport> running) throws InterruptedException {
            while (!reached.await(50, TimeUnit.MILLISECONDS)) {
                if (running.isDone()) {
                    throw new AssertionError("was never held: " + running);
                }
            }
        }

        void letGo() {
            released.countDown();
        }
    }
}
