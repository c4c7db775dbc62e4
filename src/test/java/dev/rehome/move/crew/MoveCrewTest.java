package dev.rehome.move.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.Mover;
import dev.rehome.move.Unhurried;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MoveCrewTest {
    private static final MoveOptions ONE_AT_A_TIME = Unhurried.OPTIONS.toBuilder()
            .maxConcurrentMoves(1)
            .soak(Duration.ZERO)
            .build();
    private static final int WAITING = 24;
    private static final int THREADS = 3;

    @Test
    void manyMovesThatWaitForTheSameServerDoNotAllAskForRoomAndAllEndOnceThereIsSome() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Mover mover = fleet.mover(ONE_AT_A_TIME);
            CountDownLatch isUnderWay = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            Move elsewhere = plan(fleet, mover);
            CompletableFuture<Void> otherProcess = CompletableFuture.runAsync(() -> {
                try {
                    mover.run(elsewhere, held(isUnderWay, mayEnd));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            isUnderWay.await();
            CountDownLatch planned = new CountDownLatch(WAITING);
            List<Job> jobs = new ArrayList<>();
            for (int i = 0; i < WAITING; i++) {
                Move move = plan(fleet, mover);
                jobs.add(new Job("tenant " + move.tenant(), () -> {
                    planned.countDown();
                    return move;
                }));
            }
            Refusals refusals = new Refusals();

            CompletableFuture<List<MoveResult>> results = CompletableFuture.supplyAsync(
                    () -> new MoveCrew(mover, Duration.ZERO, Soaking.STAY, false, refusals).run(jobs, THREADS));
            planned.await();

            int refused = refusals.count.get();
            mayEnd.countDown();
            otherProcess.join();
            assertTrue(refused > 0 && refused < WAITING / 2, refused + " refusals of " + WAITING + " moves");
            assertTrue(
                    results.join().stream().allMatch(result -> result.reached(MovePhase.DONE)),
                    () -> results.join().toString());
            assertEquals(WAITING, refusals.ended.get());
        }
    }

    private static Move plan(TestFleet fleet, Mover mover) {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        return mover.plan(tenant, fleet.home(Tier.SCHEMA, tenant));
    }

    private static MoveListener held(CountDownLatch isUnderWay, CountDownLatch mayEnd) {
        return new MoveListener() {
            @Override
            public void entered(Move move, MovePhase phase) {
                isUnderWay.countDown();
                if (phase == MovePhase.PREPARE) {
                    try {
                        mayEnd.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        };
    }

    private static final class Refusals implements MoveCrew.Audience {
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();

        @Override
        public MoveListener listener(MoveId id) {
            return MoveListener.NONE;
        }

        @Override
        public void waiting(String reason) {
            count.incrementAndGet();
        }

        @Override
        public void ended(MoveResult result) {
            ended.incrementAndGet();
        }
    }
}
