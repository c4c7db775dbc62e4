package dev.rehome.connection;

import dev.rehome.error.RehomeException;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.DaemonThreads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to the homes that this process's tenants are about to be moved to, and proves them, while the old homes still
 * serve: behind a cutover all requests of a tenant would have to wait for that at once. Asks the directory now and then, on a
 * thread of its own; what cannot be done is left to the requests. Thread-safe.
 */
public final class WarmUp implements AutoCloseable {
    /** A mover gives notice for three times as long: to hear of a move, to see what its tenant needs, to open that. */
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private final Supplier<Map<TenantId, Home>> asked;
    private final TenantConnections connections;
    private final ScheduledExecutorService thread;
    /** Since when it is known how many connections they use at a time. Guarded by this. */
    private final Set<TenantId> watched = new HashSet<>();
    /** How many transactions this process had begun when it was looked last. Guarded by this. */
    private long admitted;

    private volatile boolean failing;

    /**
     * It does not begin by itself.
     *
     * @param destinations what {@code Directory#destinations} says
     */
    public WarmUp(Supplier<Map<TenantId, Home>> destinations, TenantConnections connections) {
        this.asked = destinations;
        this.connections = connections;
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("rehome-warm-up"));
    }

    /** Begins to look. */
    public WarmUp start() {
        long millis = INTERVAL.toMillis();
        var unused = thread.scheduleWithFixedDelay(this::lookQuietly, millis, millis, TimeUnit.MILLISECONDS);
        return this;
    }

    private void lookQuietly() {
        try {
            if (isAtWork()) {
                look();
                failing = false;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("note=the directory does not tell which tenants are about to be moved; it is asked again", e);
            }
            failing = true;
        }
    }

    /** A process whose tenants do nothing asks nothing. */
    private synchronized boolean isAtWork() {
        long before = admitted;
        admitted = connections.enterFigures().admitted();
        return admitted != before || !watched.isEmpty();
    }

    /** Looks once. What a tenant needs is known from the second time on that it is among those that are about to be moved. */
    synchronized void look() throws InterruptedException {
        Map<TenantId, Home> destinations = asked.get();
        watched.removeIf(tenant -> {
            boolean over = !destinations.containsKey(tenant);
            if (over) {
                connections.watch(tenant, false);
            }
            return over;
        });
        for (Map.Entry<TenantId, Home> destination : destinations.entrySet()) {
            TenantId tenant = destination.getKey();
            if (watched.add(tenant)) {
                connections.watch(tenant, true);
            } else {
                warmUp(tenant, destination.getValue());
            }
        }
    }

    private void warmUp(TenantId tenant, Home home) throws InterruptedException {
        try {
            connections.warmUp(tenant, home);
        } catch (SQLException | RehomeException e) {
            // Whoever needs the home will be told, if it still is so then.
            LOG.info("tenant={} home={} note=not made ready: {}", tenant, home, e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
