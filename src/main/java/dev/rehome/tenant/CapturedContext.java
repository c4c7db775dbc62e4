package dev.rehome.tenant;

import dev.rehome.tenant.TenantContext.Restoration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread's context at the moment it was captured, for work that goes elsewhere: to a thread, an executor, an observer.
 * Such work finds the captured tenant and transaction mode and nothing of the thread it runs on, which has its own context
 * back afterwards, however the work ended. A running unit of work is not captured: it belongs to its thread.
 *
 * <p>Immutable and thread-safe; may be used any number of times, at once too.
 *
 * <pre>{@code
 * CompletableFuture.supplyAsync(this::report, TenantContext.captured().executor(pool));
 * event.fireAsync(placed, NotificationOptions.ofExecutor(TenantContext.captured().executor(pool)));
 * }</pre>
 */
public final class CapturedContext {
    private final @Nullable TenantId tenant;
    private final List<CarriedValue.Binding<?>> carried;

    CapturedContext(@Nullable TenantId tenant, List<CarriedValue.Binding<?>> carried) {
        this.tenant = tenant;
        this.carried = List.copyOf(carried);
    }

    /** A context in which there is this tenant and nothing else. */
    public static CapturedContext of(TenantId tenant) {
        return new CapturedContext(tenant, List.of());
    }

    /** Empty if the thread had no tenant when this was captured. */
    public Optional<TenantId> tenant() {
        return Optional.ofNullable(tenant);
    }

    /** Does the work in this context, on this thread. */
    public <T extends @Nullable Object> T call(Callable<T> work) throws Exception {
        Before before = enter();
        try {
            return work.call();
        } finally {
            before.restore();
        }
    }

    /** As {@link #call}, for work that returns nothing and throws nothing checked. */
    public void run(Runnable work) {
        Before before = enter();
        try {
            work.run();
        } finally {
            before.restore();
        }
    }

    /** The same work, in this context wherever it runs. */
    public Runnable runnable(Runnable work) {
        return () -> run(work);
    }

    /** The same work, in this context wherever it runs. */
    public <T extends @Nullable Object> Callable<T> callable(Callable<T> work) {
        return () -> call(work);
    }

    /** The same work, in this context wherever it runs. */
    public <T extends @Nullable Object> Supplier<T> supplier(Supplier<T> work) {
        return () -> {
            Before before = enter();
            try {
                return work.get();
            } finally {
                before.restore();
            }
        };
    }

    /**
     * An executor all of whose work runs in this context, whoever submits it. For the stages of a {@code CompletableFuture}
     * this is the right one: they are submitted by whichever thread completes the stage before.
     */
    public Executor executor(Executor executor) {
        return work -> executor.execute(runnable(work));
    }

    private Before enter() {
        List<CarriedValue.Binding<?>> previous = CarriedValue.bindings();
        Restoration before = TenantContext.bind(tenant);
        // What was captured of a value that this context knows nothing of is: none.
        previous.forEach(binding -> binding.value().clear());
        carried.forEach(CarriedValue.Binding::bind);
        return new Before(before, previous);
    }

    private record Before(Restoration tenant, List<CarriedValue.Binding<?>> carried) {
        void restore() {
            carried.forEach(CarriedValue.Binding::bind);
            tenant.restore();
        }
    }
}
