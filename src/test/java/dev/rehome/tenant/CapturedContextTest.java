package dev.rehome.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CapturedContextTest {
    private static final TenantId ANN = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
    private static final TenantId BOB = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000b"));
    private static final TransactionMode READING = new TransactionMode(Isolation.SERIALIZABLE, true);
    private static final Optional<TenantId> NOBODY = Optional.empty();

    /** With one thread, so that the next work is on the thread of the one before. */
    private final ScheduledExecutorService pool = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void thePoolsThreadIsCleanAndSoIsThisOne() throws Exception {
        assertEquals(NOBODY, pool.submit(TenantContext::current).get());
        assertEquals(
                TransactionMode.DEFAULT, pool.submit(TransactionMode::current).get());
        assertEquals(NOBODY, TenantContext.current());
        assertEquals(TransactionMode.DEFAULT, TransactionMode.current());
        pool.shutdownNow();
    }

    @Test
    void nothingElseInheritsATenant() throws Exception {
        List<Optional<TenantId>> seen = TenantContext.call(
                ANN,
                () -> List.of(
                        onANewThread(TenantContext::current),
                        pool.submit(TenantContext::current).get(),
                        pool.schedule(TenantContext::current, 0, TimeUnit.SECONDS)
                                .get(),
                        seenBy(work -> ForkJoinPool.commonPool().execute(work)),
                        seenBy(new CompletableFuture<>().defaultExecutor()),
                        // A pool whose first thread is begun under the tenant.
                        inAPoolOfItsOwn(TenantContext::current)));

        assertEquals(List.of(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY), seen);
    }

    @Test
    void capturedWorkHasTheTenantAndTheTransactionModeOfWhereItWasCaptured() throws Exception {
        CapturedContext context = TenantContext.call(ANN, () -> TransactionMode.call(READING, TenantContext::captured));

        assertEquals(Optional.of(ANN), context.tenant());
        assertEquals(ANN, pool.submit(context.callable(TenantContext::require)).get());
        assertEquals(
                READING, pool.submit(context.callable(TransactionMode::current)).get());
        assertEquals(
                ANN,
                CompletableFuture.supplyAsync(TenantContext::require, context.executor(pool))
                        .get());
        assertEquals(
                ANN,
                CompletableFuture.supplyAsync(context.supplier(TenantContext::require), pool)
                        .get());
        CompletableFuture<TenantId> told = new CompletableFuture<>();
        pool.execute(context.runnable(() -> told.complete(TenantContext.require())));
        assertEquals(ANN, told.get());
    }

    @Test
    void capturedWorkHasNothingOfTheThreadItRunsOn() throws Exception {
        CapturedContext plain = TenantContext.call(ANN, TenantContext::captured);
        CapturedContext nobodys = TenantContext.captured();

        TenantContext.call(
                BOB,
                () -> TransactionMode.call(READING, () -> {
                    assertEquals(ANN, plain.call(TenantContext::require));
                    assertEquals(TransactionMode.DEFAULT, plain.call(TransactionMode::current));
                    assertEquals(NOBODY, nobodys.call(TenantContext::current));
                    assertEquals(
                            TransactionMode.DEFAULT, CapturedContext.of(ANN).call(TransactionMode::current));
                    // And it is as before afterwards.
                    assertEquals(BOB, TenantContext.require());
                    assertEquals(READING, TransactionMode.current());
                    return BOB;
                }));
    }

    @Test
    void aThreadIsCleanAfterWorkThatFailedOrBoundAnotherTenant() throws Exception {
        CapturedContext context = TenantContext.call(ANN, TenantContext::captured);

        assertThrows(
                ExecutionException.class,
                () -> pool.submit(context.runnable(() -> {
                            throw new IllegalStateException("of the work");
                        }))
                        .get());
        assertEquals(NOBODY, pool.submit(TenantContext::current).get());
        assertThrows(
                ExecutionException.class,
                () -> pool.submit(context.callable(() -> TenantContext.call(BOB, () -> {
                            throw new LinkageError("of the work");
                        })))
                        .get());
        assertEquals(NOBODY, pool.submit(TenantContext::current).get());
        assertThrows(
                CompletionException.class,
                () -> CompletableFuture.supplyAsync(
                                () -> {
                                    TenantContext.run(BOB, () -> {});
                                    throw new IllegalStateException("of the work");
                                },
                                context.executor(pool))
                        .join());
    }

    @Test
    void anExecutorThatCapturesTakesTheContextOfWhoeverSubmits() throws Exception {
        ExecutorService capturing = new CapturingExecutorService(pool);

        assertEquals(
                List.of(ANN, BOB),
                List.of(
                        TenantContext.call(ANN, () -> capturing.submit(TenantContext::require))
                                .get(),
                        TenantContext.call(BOB, () -> capturing.submit(TenantContext::require))
                                .get()));
        assertEquals(NOBODY, capturing.submit(TenantContext::current).get());
        assertEquals(
                ANN,
                TenantContext.call(
                        ANN,
                        () -> capturing
                                .invokeAll(List.of(TenantContext::require))
                                .get(0)
                                .get()));
        assertEquals(ANN, TenantContext.call(ANN, () -> capturing.invokeAny(List.of(TenantContext::require))));
        CompletableFuture<TenantId> told = new CompletableFuture<>();
        TenantContext.run(ANN, () -> capturing.execute(() -> told.complete(TenantContext.require())));
        assertEquals(ANN, told.get());
    }

    @Test
    void repeatedWorkHasTheContextOfWhoeverScheduledItEachTime() throws Exception {
        ScheduledExecutorService capturing = new CapturingScheduledExecutorService(pool);
        CountDownLatch asAnn = new CountDownLatch(3);

        var repeated = TenantContext.call(
                ANN,
                () -> capturing.scheduleAtFixedRate(
                        () -> {
                            if (TenantContext.require().equals(ANN)) {
                                asAnn.countDown();
                            }
                            TenantContext.run(BOB, () -> {});
                        },
                        0,
                        1,
                        TimeUnit.MILLISECONDS));
        asAnn.await();
        repeated.cancel(false);

        assertEquals(
                BOB,
                TenantContext.call(BOB, () -> capturing.schedule(TenantContext::require, 0, TimeUnit.SECONDS))
                        .get());
    }

    /** A stage is submitted by whoever completes the one before: why there are two kinds of executors. */
    @Test
    void aLaterStageHasTheCapturedTenantWhoeverCompletesTheStageBefore() throws Exception {
        CapturedContext anns = TenantContext.call(ANN, TenantContext::captured);
        CompletableFuture<String> before = new CompletableFuture<>();
        CompletableFuture<TenantId> captured =
                before.thenApplyAsync(text -> TenantContext.require(), anns.executor(pool));
        Executor capturing = new CapturingExecutorService(pool);
        CompletableFuture<TenantId> capturedTooLate =
                TenantContext.call(ANN, () -> before.thenApplyAsync(text -> TenantContext.require(), capturing));

        TenantContext.run(BOB, () -> before.complete("done"));

        assertEquals(ANN, captured.get());
        assertEquals(BOB, capturedTooLate.get());
    }

    @Test
    void aVirtualThreadInheritsNothingAndTakesWhatIsCaptured() throws Exception {
        assumeTrue(
                Arrays.stream(Executors.class.getMethods())
                        .anyMatch(method -> method.getName().equals("newVirtualThreadPerTaskExecutor")),
                "this JDK has no virtual threads");
        ExecutorService virtual = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            TenantContext.call(ANN, () -> {
                assertEquals(NOBODY, virtual.submit(TenantContext::current).get());
                assertEquals(
                        ANN,
                        new CapturingExecutorService(virtual)
                                .submit(TenantContext::require)
                                .get());
                return ANN;
            });
        } finally {
            virtual.shutdown();
        }
    }

    /** Waits without helping: a thread that waits for a task of the common pool may run it, or any other, itself. */
    private static Optional<TenantId> seenBy(Executor executor) throws InterruptedException {
        List<Optional<TenantId>> seen = new CopyOnWriteArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        executor.execute(() -> {
            seen.add(TenantContext.current());
            told.countDown();
        });
        told.await();
        return seen.get(0);
    }

    /** Why uncaptured work has no place in the common pool: its tenant may be that of a stranger who waits. */
    @Test
    void capturedWorkThatAWaitingThreadOfAnotherTenantRunsKeepsItsOwn() throws Exception {
        CapturedContext anns = TenantContext.call(ANN, TenantContext::captured);
        ForkJoinTask<TenantId> task = ForkJoinTask.adapt(anns.callable(TenantContext::require));
        ForkJoinTask<TenantId> uncaptured = ForkJoinTask.adapt(TenantContext::require);

        TenantContext.run(BOB, () -> {
            assertEquals(ANN, task.invoke());
            assertEquals(BOB, uncaptured.invoke());
        });
    }

    private static <T> T onANewThread(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task).start();
        return task.get();
    }

    private static <T> T inAPoolOfItsOwn(Callable<T> work) throws Exception {
        ExecutorService own = Executors.newFixedThreadPool(1);
        try {
            return own.submit(work).get();
        } finally {
            own.shutdown();
        }
    }
}
