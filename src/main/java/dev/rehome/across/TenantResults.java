package dev.rehome.across;

import dev.rehome.across.AuditLog.Outcome;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Uninterrupted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The results of a run, in the order in which they come. As many are kept as tenants are worked for at a time: a reader that
 * is slower holds the work up. For one reader; {@link #close} by anybody stops the run, once.
 */
public final class TenantResults<T extends @Nullable Object> implements AutoCloseable {
    private final SelectedTenants tenants;
    private final TenantWork<T> work;
    private final AuditLog audit;
    private final AuditLog.Begun entry;
    private final List<Thread> workers = new ArrayList<>();
    private final BlockingQueue<Event<T>> events;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean stopped;
    private int working;
    private boolean ended;
    private @Nullable RehomeException broken;

    /** What a worker says. */
    private sealed interface Event<T extends @Nullable Object> {
        record Result<T extends @Nullable Object>(TenantResult<T> result) implements Event<T> {}

        /** There is nothing left for it to do. */
        record Leaves<T extends @Nullable Object>() implements Event<T> {}

        /** The next tenant cannot be known. */
        record Breaks<T extends @Nullable Object>(RehomeException failure) implements Event<T> {}
    }

    TenantResults(SelectedTenants tenants, TenantWork<T> work, int parallel, AuditLog audit, AuditLog.Begun entry) {
        this.tenants = tenants;
        this.work = work;
        this.audit = audit;
        this.entry = entry;
        this.events = new ArrayBlockingQueue<>(parallel);
        this.working = parallel;
        for (int i = 1; i <= parallel; i++) {
            Thread worker = new Thread(this::work, "rehome-across-" + i);
            worker.setDaemon(true);
            workers.add(worker);
        }
    }

    void begin() {
        workers.forEach(Thread::start);
    }

    /**
     * The next result; waits for it. Empty if there is no further one.
     *
     * @throws RehomeException (EXTERNAL) if the directory cannot say which tenants are left, after the results there were; or
     *     if the end cannot be written into the audit
     */
    public Optional<TenantResult<T>> next() throws InterruptedException {
        while (working > 0 && !stopped) {
            Event<T> event = events.take();
            if (event instanceof Event.Result<T> one) {
                return Optional.of(one.result());
            }
            working--;
            if (event instanceof Event.Breaks<T> end && broken == null) {
                broken = end.failure();
            }
        }
        if (stopped) {
            return Optional.empty(); // whoever stops it writes the end
        }
        end(broken == null ? Outcome.COMPLETE : Outcome.BROKEN);
        if (broken != null) {
            throw broken;
        }
        return Optional.empty();
    }

    /** How many tenants the work has ended well for. */
    public long done() {
        return done.get();
    }

    /** How many tenants the work has failed for. */
    public long failed() {
        return failed.get();
    }

    /**
     * Stops what is under way: the threads are interrupted, waited for, and what they still bring is dropped.
     *
     * @throws RehomeException (EXTERNAL) if the end cannot be written into the audit
     */
    @Override
    public void close() {
        stopped = true;
        workers.forEach(Thread::interrupt);
        Uninterrupted.join(workers); // the work is over before the audit says so
        events.clear();
        events.add(new Event.Leaves<>()); // for a reader that waits
        end(Outcome.STOPPED);
    }

    private synchronized void end(Outcome outcome) {
        if (!ended) {
            ended = true;
            audit.ended(entry, outcome, done.get(), failed.get());
        }
    }

    private void work() {
        try {
            events.put(workToTheEnd());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopped: nobody reads any more
        }
    }

    private Event<T> workToTheEnd() throws InterruptedException {
        while (!stopped) {
            Optional<TenantId> next;
            try {
                next = tenants.next();
            } catch (RehomeException e) {
                return new Event.Breaks<>(e);
            }
            if (next.isEmpty()) {
                break;
            }
            TenantResult<T> result = workFor(next.get());
            if (stopped && result instanceof TenantResult.Failed) {
                break; // as likely the interrupt's doing as the tenant's
            }
            (result instanceof TenantResult.Failed ? failed : done).incrementAndGet();
            events.put(new Event.Result<>(result));
        }
        return new Event.Leaves<>();
    }

    private TenantResult<T> workFor(TenantId tenant) {
        try {
            return new TenantResult.Done<>(tenant, TenantContext.call(tenant, () -> work.forTenant(tenant)));
        } catch (Throwable e) {
            return new TenantResult.Failed<>(tenant, e);
        }
    }
}
