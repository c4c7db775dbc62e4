package dev.rehome.move.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveReport;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.move.crash.OwnFleet.Part;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.OwnServer;
import dev.rehome.testing.Templates;
import dev.rehome.throttle.ThrottleLimits;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that stop without a word, lines that break or fall silent, and disks that are full. The mover finds its way itself. */
class ServerFaultsTest {
    private static final Duration BETWEEN_TRANSACTIONS = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final MoveOptions OPTIONS = MoveOptions.DEFAULT.toBuilder()
            .notice(Duration.ZERO)
            .batchRows(100)
            .fencedPassRows(0)
            .cutover(new CutoverBudget(
                    Duration.ofSeconds(3), Duration.ofMillis(500), Duration.ofMinutes(1), Optional.empty()))
            .lease(Duration.ofSeconds(5))
            .retryFor(LONGEST)
            .throttle(new ThrottleLimits(
                    Duration.ofMinutes(1), Duration.ofMinutes(1), 100, ThrottleLimits.DEFAULT_INTERVAL))
            .build();

    private static OwnFleet fleet;

    private final ReadWriteLock pause = new ReentrantReadWriteLock(true);
    private Clients clients;
    private TenantId tenant;
    private MoveJournal journal;

    @BeforeAll
    static void start() throws Exception {
        fleet = new OwnFleet();
    }

    /** Nothing is there if the servers are not ours to stop. */
    @AfterAll
    static void stop() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        tenant = fleet.createTenant();
        journal = fleet.journal();
        clients = new Clients(
                fleet.directory(), fleet::administrator, fleet.connections(), tenant, 2, BETWEEN_TRANSACTIONS, pause);
    }

    @AfterEach
    void close() {
        if (clients != null) {
            clients.close();
        }
    }

    /** R1, R2, R5, and that traffic comes back. In each phase the server stops some statements after its beginning. */
    @ParameterizedTest
    @EnumSource
    void aServerThatStopsAtOnceInEachPhaseDelaysTheMoveAndLosesNothing(Part part) throws Exception {
        PhaseStops stops = new PhaseStops(fleet.server(part));
        Mover mover = fleet.mover(fleet.servers().openedBy(MoverStatements.watched(stops)), OPTIONS);
        Home target = fleet.own(Part.TARGET, tenant);

        MoveReport report = mover.run(mover.plan(tenant, target), stops, whenUsed(Verdict.RETIRE));

        assertEquals(MovePhase.DONE, report.move().phase());
        assertTrue(stops.stopped.get() >= 6, "stopped only " + stops.stopped.get() + " times");
        assertServedBy(target);

        stops.again();
        MoveReport back = mover.run(mover.plan(tenant, fleet.shared(Part.SOURCE)), stops, whenUsed(Verdict.ROLL_BACK));
        assertEquals(MovePhase.ROLLED_BACK, back.move().phase());
        assertServedBy(target);
    }

    /** R2: what one server forgets because the other one has it must survive there. */
    @Test
    void whatAMoverCommitsIsDurableThoughTheServerLetsOthersChoose() throws SQLException {
        try (Connection mover = fleet.servers().open(fleet.shared(Part.TARGET), DatabaseRole.MOVER, "test");
                Statement statement = mover.createStatement();
                ResultSet row = statement.executeQuery("show synchronous_commit")) {
            row.next();
            assertEquals("off", ask(Part.TARGET, "show synchronous_commit"));
            assertEquals("on", row.getString(1));
        }
    }

    /** R6. Interleaving: the fence goes up, the line to the target is lost, clients get in again, the line comes back. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLineThatIsLostInsideTheFenceGivesTheTenantBackWithinTheBudget(boolean silent) throws Exception {
        try (NetworkCut line = NetworkCut.before(fleet.server(Part.TARGET).port())) {
            AtomicBoolean lost = new AtomicBoolean();
            CompletableFuture<Void> cameBack = new CompletableFuture<>();
            Servers reached = fleet.through(Part.TARGET, line.authority(), "?socketTimeout=4&connectTimeout=4")
                    .openedBy(MoverStatements.watched(sql -> {
                        // The second fence: the first one only switches the capture on.
                        if (sql.contains("insert into rehome.residency") && !lost.getAndSet(true)) {
                            if (silent) {
                                line.silence();
                            } else {
                                line.breakLine();
                            }
                            long then = clients.acknowledged();
                            new Thread(
                                            () -> {
                                                try {
                                                    await(() -> clients.acknowledged() > then + 10);
                                                    line.restore();
                                                    cameBack.complete(null);
                                                } catch (RuntimeException | Error e) {
                                                    cameBack.completeExceptionally(e);
                                                }
                                            },
                                            "restore")
                                    .start();
                        }
                    }));
            Mover mover = fleet.mover(reached, OPTIONS);
            Home target = fleet.shared(Part.TARGET);

            MoveReport report = mover.run(mover.plan(tenant, target), MoveListener.NONE, whenUsed(Verdict.RETIRE));

            assertEquals(MovePhase.DONE, report.move().phase());
            cameBack.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            assertEquals(List.of(), clients.failures(), "R3");
            assertServedBy(target);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullDiskAtTheTargetIsWaitedForOrTheMoveIsCancelled(boolean cancelled) throws Exception {
        Path disk = Files.createTempDirectory("rehome-small-disk");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk.toString()),
                "needs the right to mount a small file system");
        OwnServer server = fleet.server(Part.TARGET);
        Home target = fleet.own(Part.TARGET, tenant);
        Path ballast = disk.resolve("ballast");
        try {
            OwnFleet.administer(
                    server,
                    "create tablespace small location '" + Files.createDirectory(disk.resolve("data")) + "'",
                    "grant create on tablespace small to public",
                    "alter role rehome_owner set default_tablespace = small",
                    "alter role rehome_mover set temp_tablespaces = small");
            makeBig();
            AtomicBoolean filled = new AtomicBoolean();
            Mover mover = fleet.mover(fleet.servers(), OPTIONS);
            Move move = mover.plan(tenant, target);
            CompletableFuture<MoveReport> running = CompletableFuture.supplyAsync(
                    () -> run(mover, move.id(), new MoveListener() {
                        @Override
                        public void entered(Move entered, MovePhase phase) {
                            if (phase == MovePhase.BACKFILL && !filled.getAndSet(true)) {
                                fill(ballast, disk);
                            }
                        }
                    }),
                    task -> new Thread(task, "mover").start());
            await(() -> running.isDone() || waitsFor(move.id()).contains("53100"));
            assertTrue(waitsFor(move.id()).contains("53100"), () -> "waits for " + waitsFor(move.id()));
            assertEquals(List.of(), clients.failures(), "R3");

            if (cancelled) {
                journal.request(move.id(), MoveRequest.CANCEL, "the test");
            } else {
                Files.delete(ballast);
            }

            MovePhase end =
                    running.get(LONGEST.toSeconds(), TimeUnit.SECONDS).move().phase();
            assertEquals(cancelled ? MovePhase.CANCELLED : MovePhase.DONE, end);
            assertEquals(List.of(), clients.failures(), "R3");
            assertServedBy(cancelled ? fleet.shared(Part.SOURCE) : target);
        } finally {
            Files.deleteIfExists(ballast);
            clients.close();
            OwnFleet.administer(
                    server,
                    "alter role rehome_owner reset default_tablespace",
                    "alter role rehome_mover reset temp_tablespaces",
                    "drop database if exists " + target.database().name() + " with (force)");
            try (Connection administrator = server.administrator()) {
                Templates.drop(administrator);
            }
            OwnFleet.administer(server, "drop tablespace small");
            run("umount", disk.toString());
            Files.delete(disk);
        }
    }

    /** Stops a server in each phase once: at first with its beginning, then later and later in it. */
    private static final class PhaseStops implements MoveListener, MoverStatements.Watch {
        private static final int STEP = 7;

        private final OwnServer server;
        private final AtomicInteger stopped = new AtomicInteger();
        private final Set<MovePhase> seen = EnumSet.noneOf(MovePhase.class);
        private final AtomicInteger left = new AtomicInteger(-1);
        private CompletableFuture<Void> starting = CompletableFuture.completedFuture(null);

        PhaseStops(OwnServer server) {
            this.server = server;
        }

        void again() {
            seen.clear();
            // Everything but the roll-back has been tried.
            seen.addAll(EnumSet.complementOf(EnumSet.of(MovePhase.ROLL_BACK)));
        }

        @Override
        public void entered(Move move, MovePhase phase) {
            if (!phase.isTerminal() && seen.add(phase)) {
                left.set(1 + STEP * stopped.get() % 40);
            }
        }

        @Override
        public void before(String sql) {
            if (left.getAndDecrement() == 1) {
                stopped.incrementAndGet();
                try {
                    starting.join();
                    server.stopImmediately();
                    starting = CompletableFuture.runAsync(
                            () -> {
                                try {
                                    server.startAgain();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            task -> new Thread(task, "start-again").start());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** R2, and that clients are at work again, and nothing of theirs fails any more. */
    private void assertServedBy(Home home) throws SQLException {
        assertEquals(home, fleet.directory().find(tenant).orElseThrow().home());
        long then = clients.acknowledged();
        await(() -> clients.acknowledged() > then + 20);
        clients.failures();
        long now = clients.acknowledged();
        await(() -> clients.acknowledged() > now + 20);
        pause.writeLock().lock();
        try {
            assertEquals(List.of(), clients.audit(home));
            for (Part part : List.of(Part.SOURCE, Part.TARGET)) {
                if (!fleet.shared(part).equals(home)) {
                    assertEquals(
                            "0",
                            ask(part, "select count(*) from shared.customers where storefront_id = '" + tenant + "'"));
                }
                assertEquals("0", ask(part, "select count(*) from rehome.change"));
                assertEquals("0", ask(part, "select count(*) from rehome.lease"));
            }
        } finally {
            pause.writeLock().unlock();
        }
        assertEquals(List.of(), journal.unsettled());
    }

    private static String ask(Part part, String sql) throws SQLException {
        try (Connection connection = fleet.administrator(fleet.shared(part));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private void makeBig() throws SQLException {
        try (Connection connection = fleet.administrator(fleet.shared(Part.SOURCE));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "update order_items set description = (select string_agg(md5(i::text || id::text), '') from generate_series(1, 60) i)"
                            + " where storefront_id = '" + tenant + "'");
            statement.execute(
                    "insert into order_items (storefront_id, id, order_id, line_no, product_id, description, quantity, unit_price)"
                            + " select storefront_id, gen_random_uuid(), order_id, line_no + i, product_id, description, quantity, unit_price"
                            + " from order_items, generate_series(1, 400) i where storefront_id = '" + tenant + "'");
        }
        clients.standStill();
    }

    /** Leaves half a megabyte. */
    private static void fill(Path ballast, Path disk) {
        try {
            long free = Files.getFileStore(disk).getUsableSpace();
            Files.write(ballast, new byte[(int) Math.max(0, free - 512 * 1024)]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MoveReport run(Mover mover, MoveId id, MoveListener listener) {
        try {
            return mover.run(id, listener, whenUsed(Verdict.RETIRE), false);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String waitsFor(MoveId id) {
        return journal.status(id).flatMap(MoveStatus::waitingFor).orElse("nothing");
    }

    private SoakDecision whenUsed(Verdict verdict) {
        AtomicInteger asked = new AtomicInteger();
        return soaked -> asked.incrementAndGet() > 3 ? verdict : Verdict.GO_ON;
    }

    private static void await(BooleanSupplier condition) {
        Deadline deadline = Deadline.in(LONGEST);
        while (!condition.getAsBoolean() && !deadline.passed()) {
            try {
                deadline.sleep(Duration.ofMillis(20));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        assertTrue(condition.getAsBoolean(), "waited in vain");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
