package dev.rehome.tenant;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An executor service whose work runs in the context of the thread that submits it. Everything else is the other one's,
 * its threads, its queue and its life. As thread-safe as that.
 *
 * <p>Not for the later stages of a {@code CompletableFuture}: these are submitted by whichever thread completes the stage
 * before. Give them {@link CapturedContext#executor}.
 */
public class CapturingExecutorService implements ExecutorService {
    private final ExecutorService executor;

    public CapturingExecutorService(ExecutorService executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable work) {
        executor.execute(TenantContext.captured().runnable(work));
    }

    @Override
    public <T> Future<T> submit(Callable<T> work) {
        return executor.submit(TenantContext.captured().callable(work));
    }

    @Override
    public <T> Future<T> submit(Runnable work, T result) {
        return executor.submit(TenantContext.captured().runnable(work), result);
    }

    @Override
    public Future<?> submit(Runnable work) {
        return executor.submit(TenantContext.captured().runnable(work));
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> work) throws InterruptedException {
        return executor.invokeAll(captured(work));
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> work, long timeout, TimeUnit unit)
            throws InterruptedException {
        return executor.invokeAll(captured(work), timeout, unit);
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> work) throws InterruptedException, ExecutionException {
        return executor.invokeAny(captured(work));
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> work, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return executor.invokeAny(captured(work), timeout, unit);
    }

    @Override
    public void shutdown() {
        executor.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return executor.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return executor.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return executor.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return executor.awaitTermination(timeout, unit);
    }

    private static <T> List<Callable<T>> captured(Collection<? extends Callable<T>> work) {
        CapturedContext context = TenantContext.captured();
        return work.stream().<Callable<T>>map(context::callable).toList();
    }
}
