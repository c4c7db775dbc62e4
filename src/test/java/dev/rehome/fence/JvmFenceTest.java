package dev.rehome.fence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Admission.Admitted;
import dev.rehome.fence.Admission.Elsewhere;
import dev.rehome.fence.Admission.TryAgain;
import dev.rehome.fence.Admission.Unknown;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JvmFenceTest {
    private static final Home SHARED = new Home(Tier.SHARED, "default", "control", "shared");
    private static final Home OWN = new Home(Tier.SCHEMA, "default", "control", "own");

    private final JvmFence fence = new JvmFence();
    private final Placement before = new Placement(TenantId.of(UUID.randomUUID()), SHARED, Epoch.FIRST);
    private final Placement after = before.movedTo(OWN);
    /** The fence asks it nothing, but whoever enters has one. */
    private Connection connection;

    @BeforeEach
    void settle() throws SQLException {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
        fence.settle(before);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void whoComesWithTheCurrentPlacementIsAdmitted() {
        assertInstanceOf(Admitted.class, enter(before));
    }

    @Test
    void whoComesWithAnOldPlacementIsToldTheNewOne() {
        fence.settle(after);
        assertEquals(new Elsewhere(after), enter(before));
    }

    @Test
    void whoComesWithAPlacementThatIsNotSettledYetIsToldTheCurrentOne() {
        assertEquals(new Elsewhere(before), enter(after));
    }

    @Test
    void aTenantThatWasNeverSettledIsUnknown() {
        Placement stranger = new Placement(TenantId.of(UUID.randomUUID()), SHARED, Epoch.FIRST);
        assertEquals(new Unknown(), enter(stranger));
        RehomeException refused = assertThrows(RehomeException.class, () -> whileFenced(stranger.tenant(), () -> {}));
        assertEquals(ErrorKind.USER, refused.kind());
    }

    @Test
    void enterFenceLeaveWork() throws Exception {
        List<String> events = new ArrayList<>();
        Admitted inside = assertInstanceOf(Admitted.class, enter(before));
        CompletableFuture<Void> move =
                CompletableFuture.runAsync(() -> whileFenced(before.tenant(), () -> events.add("work")));
        awaitFence();
        events.add("leave");
        inside.leave().run();
        move.get(60, TimeUnit.SECONDS);
        assertEquals(List.of("leave", "work"), events);
    }

    @Test
    void fenceEnterSettleSendsWhoWaitedToTheNewHome() throws Exception {
        FutureTask<Admission> request = new FutureTask<>(() -> {
            Admission answer;
            do {
                answer = enter(before);
            } while (answer instanceof TryAgain);
            return answer;
        });
        Thread client = new Thread(request, "client");
        whileFenced(before.tenant(), () -> {
            client.start();
            awaitWaiting(client);
            assertFalse(request.isDone());
            fence.settle(after);
        });
        assertEquals(new Elsewhere(after), request.get(60, TimeUnit.SECONDS));
    }

    @Test
    void fenceEnterNothingSettledAdmitsWhoWaited() throws Exception {
        FutureTask<Admission> request = new FutureTask<>(() -> {
            Admission answer;
            do {
                answer = enter(before);
            } while (answer instanceof TryAgain);
            return answer;
        });
        Thread client = new Thread(request, "client");
        whileFenced(before.tenant(), () -> {
            client.start();
            awaitWaiting(client);
        });
        assertInstanceOf(Admitted.class, request.get(60, TimeUnit.SECONDS));
    }

    @Test
    void aFenceThatStaysUpAsksToTryAgain() {
        whileFenced(before.tenant(), () -> assertEquals(new TryAgain(), enter(before)));
    }

    @Test
    void anInterruptedWaiterIsAskedToTryAgainAndStaysInterrupted() {
        whileFenced(before.tenant(), () -> {
            Thread.currentThread().interrupt();
            assertEquals(new TryAgain(), enter(before));
            assertTrue(Thread.interrupted());
        });
    }

    @Test
    void neighboursEnterWhileATenantIsFenced() {
        Placement neighbour = new Placement(TenantId.of(UUID.randomUUID()), SHARED, Epoch.FIRST);
        fence.settle(neighbour);
        whileFenced(before.tenant(), () -> assertInstanceOf(Admitted.class, enter(neighbour)));
    }

    @Test
    void whoDoesNotLeaveInTimeIsNamedBusyAndTheFenceComesDown() {
        enter(before);
        RehomeException busy = assertThrows(
                RehomeException.class,
                () -> fence.whileFenced(before.tenant(), Deadline.in(Duration.ofMillis(20)), placement -> placement));
        assertEquals(ErrorKind.BUSY, busy.kind());
        assertInstanceOf(Admitted.class, enter(before));
    }

    @Test
    void aSecondFenceIsRefusedWhileOneIsUp() {
        whileFenced(before.tenant(), () -> {
            RehomeException busy = assertThrows(RehomeException.class, () -> whileFenced(before.tenant(), () -> {}));
            assertEquals(ErrorKind.BUSY, busy.kind());
            assertEquals(new TryAgain(), enter(before), "the refused one took the fence down");
        });
    }

    @Test
    void workThatFailsTakesTheFenceDown() {
        assertThrows(
                IllegalStateException.class,
                () -> whileFenced(before.tenant(), () -> {
                    throw new IllegalStateException();
                }));
        assertInstanceOf(Admitted.class, enter(before));
    }

    @Test
    void nobodyIsInWhileAFenceIsUp() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<FutureTask<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FutureTask<Void> client = new FutureTask<>(() -> {
                for (int entered = 0; entered < 200; ) {
                    if (enter(before) instanceof Admitted admitted) {
                        inside.incrementAndGet();
                        entered++;
                        inside.decrementAndGet();
                        admitted.leave().run();
                    }
                }
                return null;
            });
            clients.add(client);
            new Thread(client, "client").start();
        }
        for (int i = 0; i < 20; i++) {
            whileFenced(before.tenant(), () -> assertEquals(0, inside.get()));
        }
        for (FutureTask<Void> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
    }

    private Admission enter(Placement placement) {
        return fence.enter(connection, placement, TransactionMode.DEFAULT);
    }

    private void whileFenced(TenantId tenant, Runnable work) {
        fence.whileFenced(tenant, Deadline.in(Duration.ofSeconds(60)), placement -> {
            work.run();
            return placement;
        });
    }

    /** Until nobody is admitted any more. */
    private void awaitFence() {
        while (enter(before) instanceof Admitted admitted) {
            admitted.leave().run();
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }
}
