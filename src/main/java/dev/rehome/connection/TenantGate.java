package dev.rehome.connection;

import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.time.Deadline;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets a limited number of a tenant's requests through to the pools, so that one tenant's burst, or its waiting before
 * a fence, cannot take the connections of others. First come, first served. Thread-safe.
 */
final class TenantGate {
    private final int limit;
    private final ConcurrentMap<TenantId, Gate> gates = new ConcurrentHashMap<>();

    private static final class Gate {
        private final Semaphore places;
        /** Who is in or waits; changed only inside {@code compute}. At zero the gate is removed, unless it is watched. */
        private int users;

        private boolean watched;
        /** The most users that there were at a time. */
        private volatile int most;

        private Gate(int limit) {
            places = new Semaphore(limit, true);
        }
    }

    TenantGate(int limit) {
        this.limit = limit;
    }

    /** @throws TenantUnavailableException if no place is free before the deadline */
    void enter(TenantId tenant, Deadline deadline) throws InterruptedException {
        Gate gate = Objects.requireNonNull(gates.compute(tenant, (key, known) -> {
            Gate used = known == null ? new Gate(limit) : known;
            used.users++;
            if (used.users > used.most) {
                used.most = used.users;
            }
            return used;
        }));
        boolean in = false;
        try {
            in = gate.places.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            if (!in) {
                forget(tenant);
            }
        }
        if (!in) {
            throw new TenantUnavailableException(
                    tenant,
                    "all its " + limit + " connections are in use and " + gate.places.getQueueLength()
                            + " requests wait. Shorten its transactions or raise max_connections_per_tenant.",
                    null);
        }
    }

    void leave(TenantId tenant) {
        Gate gate = gates.get(tenant);
        if (gate != null) {
            gate.places.release();
            forget(tenant);
        }
    }

    private void forget(TenantId tenant) {
        gates.computeIfPresent(tenant, (key, gate) -> --gate.users == 0 && !gate.watched ? null : gate);
    }

    /** Begins, or stops, to keep in mind how many of the tenant's requests there are at a time. */
    void watch(TenantId tenant, boolean watched) {
        gates.compute(tenant, (key, known) -> {
            Gate gate = known == null ? new Gate(limit) : known;
            gate.watched = watched;
            return gate.users == 0 && !watched ? null : gate;
        });
    }

    /** The most requests of a watched tenant that were let through at a time. */
    int mostAtOnce(TenantId tenant) {
        Gate gate = gates.get(tenant);
        return gate == null ? 0 : Math.min(gate.most, limit);
    }
}
