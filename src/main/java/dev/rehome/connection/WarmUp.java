package dev.rehome.connection;

import dev.rehome.error.RehomeException;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.DaemonThreads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
    /** How many connections they use at a time is known; and whether so many are ready. Guarded by this. */
    private final Map<TenantId, Boolean> watched = new HashMap<>();
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
        watched.keySet().removeIf(tenant -> {
            boolean over = !destinations.containsKey(tenant);
            if (over) {
                connections.watch(tenant, false);
            }
            return over;
        });
        for (Map.Entry<TenantId, Home> destination : destinations.entrySet()) {
            TenantId tenant = destination.getKey();
            Boolean ready = watched.putIfAbsent(tenant, false);
            if (ready == null) {
                connections.watch(tenant, true);
            } else {
                watched.put(tenant, warmUp(tenant, destination.getValue(), ready));
            }
        }
    }

    private boolean warmUp(TenantId tenant, Home home, boolean ready) throws InterruptedException {
        try {
            return connections.warmUp(tenant, home, ready);
        } catch (SQLException | RehomeException e) {
            // Whoever needs the home will be told, if it still is so then.
            LOG.info("tenant={} home={} note=not made ready: {}", tenant, home, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
