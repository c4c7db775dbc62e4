package dev.rehome.fence;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The fence of homes on H2, which has neither advisory locks nor row-level security: residencies are kept in this JVM,
 * and one JVM is all that it protects. Thread-safe.
 */
public final class JvmFence implements Fence {
    /** As long as {@code rehome.enter} waits on PostgreSQL. */
    private static final Duration ENTER_TIMEOUT = Duration.ofMillis(250);

    private final ConcurrentMap<TenantId, Residence> residences = new ConcurrentHashMap<>();

    private static final class Residence {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private Placement placement;
        private int inside;
        private boolean fenced;

        private Residence(Placement placement) {
            this.placement = placement;
        }

        private Admission enter(Placement asked) {
            if (!awaitUntil(() -> !fenced, Deadline.in(ENTER_TIMEOUT))) {
                return new Admission.TryAgain();
            }
            if (!placement.equals(asked)) {
                return new Admission.Elsewhere(placement);
            }
            inside++;
            return new Admission.Admitted(() -> locked(() -> inside--));
        }

        /** False if the deadline has passed, or the thread was interrupted, which stays noted on it. */
        private boolean awaitUntil(BooleanSupplier condition, Deadline deadline) {
            try {
                while (!condition.getAsBoolean()) {
                    if (changed.awaitNanos(deadline.remaining().toNanos()) <= 0) {
                        return condition.getAsBoolean();
                    }
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private <T> T locked(Supplier<T> work) {
            lock.lock();
            try {
                return work.get();
            } finally {
                changed.signalAll();
                lock.unlock();
            }
        }
    }

    @Override
    public Admission enter(Connection connection, Placement placement, TransactionMode mode) {
        Residence residence = residences.get(placement.tenant());
        if (residence == null) {
            return new Admission.Unknown();
        }
        return residence.locked(() -> residence.enter(placement));
    }

    /** Makes the placement the one that is admitted. */
    public void settle(Placement placement) {
        Residence residence = residences.computeIfAbsent(placement.tenant(), tenant -> new Residence(placement));
        residence.locked(() -> residence.placement = placement);
    }

    /**
     * Keeps everybody out of the tenant's home, waits until whoever is in has left, and does the work. The fence comes
     * down on every way out.
     *
     * @param work given the placement that was admitted until now; may settle another
     * @throws RehomeException (BUSY) if somebody is still in when the deadline passes, or a fence is up already; (USER) if
     *     the tenant is unknown
     */
    public <T> T whileFenced(TenantId tenant, Deadline deadline, Function<Placement, T> work) {
        Residence residence = residences.get(tenant);
        if (residence == null) {
            throw new RehomeException(
                    ErrorKind.USER, "Tenant " + tenant + " has no home in this JVM. Create it first.");
        }
        if (!residence.locked(() -> !residence.fenced && (residence.fenced = true))) {
            throw new RehomeException(
                    ErrorKind.BUSY, "Tenant " + tenant + " is fenced already. Wait until that move has ended.");
        }
        try {
            if (!residence.locked(() -> residence.awaitUntil(() -> residence.inside == 0, deadline))) {
                throw new RehomeException(
                        ErrorKind.BUSY,
                        "Tenant " + tenant + " still has transactions running. End them, and try again.");
            }
            return work.apply(residence.locked(() -> residence.placement));
        } finally {
            residence.locked(() -> residence.fenced = false);
        }
    }
}
