package dev.rehome.move;

import dev.rehome.fence.TransactionMode;
import dev.rehome.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients at work until they are stopped: two for each shop. They leave the machine time for whoever moves the shop. */
public final class Writers implements AutoCloseable {
    private static final Duration BETWEEN_TRANSACTIONS = Duration.ofMillis(20);

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();

    public Writers(MovingShop... shops) {
        this(TransactionMode.DEFAULT, shops);
    }

    Writers(TransactionMode mode, MovingShop... shops) {
        for (MovingShop shop : shops) {
            for (int i = 0; i < 2; i++) {
                running.add(CompletableFuture.runAsync(
                        () -> {
                            while (!stopped.get()) {
                                shop.work(mode);
                                rest();
                            }
                        },
                        task -> new Thread(task, "writer").start()));
            }
        }
    }

    private static void rest() {
        try {
            Deadline.in(BETWEEN_TRANSACTIONS).sleep(BETWEEN_TRANSACTIONS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public void stop() {
        stopped.set(true);
        CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        stop();
    }
}
