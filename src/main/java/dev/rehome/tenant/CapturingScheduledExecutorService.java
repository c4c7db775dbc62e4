package dev.rehome.tenant;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A scheduled executor service whose work runs, each time, in the context of the thread that scheduled it. As thread-safe as
 * the one that it hands the work to.
 */
public final class CapturingScheduledExecutorService extends CapturingExecutorService
        implements ScheduledExecutorService {
    private final ScheduledExecutorService executor;

    public CapturingScheduledExecutorService(ScheduledExecutorService executor) {
        super(executor);
        this.executor = executor;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        return executor.schedule(TenantContext.captured().runnable(work), delay, unit);
    }

    @Override
    public <T> ScheduledFuture<T> schedule(Callable<T> work, long delay, TimeUnit unit) {
        return executor.schedule(TenantContext.captured().callable(work), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, long initialDelay, long period, TimeUnit unit) {
        return executor.scheduleAtFixedRate(TenantContext.captured().runnable(work), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long initialDelay, long delay, TimeUnit unit) {
        return executor.scheduleWithFixedDelay(TenantContext.captured().runnable(work), initialDelay, delay, unit);
    }
}
