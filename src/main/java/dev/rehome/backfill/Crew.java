package dev.rehome.backfill;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A few workers, a thread each, that share jobs. The first failure, or an interrupt of the thread that waits, stops them
 * all: what is running is cancelled in the database, what has not begun is dropped.
 */
final class Crew<W extends Crew.Worker> implements AutoCloseable {
    /** Used by one thread at a time, except {@link #cancel}. */
    interface Worker extends AutoCloseable {
        /** Ends the statement that is running, if any, with an error. Called from another thread. */
        void cancel() throws SQLException;

        @Override
        void close() throws SQLException;
    }

    interface Recruiter<W> {
        W recruit() throws SQLException;
    }

    interface Job<W> {
        void run(W worker) throws SQLException, InterruptedException;
    }

    private final List<W> workers = new ArrayList<>();
    private final ExecutorService threads;

    private Crew(int size) {
        threads = Executors.newFixedThreadPool(size, task -> new Thread(task, "rehome-backfill"));
    }

    static <W extends Worker> Crew<W> of(int size, Recruiter<W> recruiter) throws SQLException {
        Crew<W> crew = new Crew<>(size);
        try {
            while (crew.workers.size() < size) {
                crew.workers.add(recruiter.recruit());
            }
            return crew;
        } catch (SQLException | RuntimeException e) {
            try {
                crew.close();
            } catch (SQLException onClose) {
                e.addSuppressed(onClose);
            }
            throw e;
        }
    }

    /** Returns when all jobs are done, or none is running any more. */
    void run(Collection<? extends Job<W>> jobs) throws SQLException, InterruptedException {
        Queue<Job<W>> queue = new ConcurrentLinkedQueue<>(jobs);
        CompletionService<Void> ends = new ExecutorCompletionService<>(threads);
        for (W worker : workers) {
            ends.submit(() -> {
                for (Job<W> job = queue.poll(); job != null; job = queue.poll()) {
                    job.run(worker);
                }
                return null;
            });
        }
        Throwable failure = null;
        for (int running = workers.size(); running > 0; ) {
            Throwable next;
            try {
                ends.take().get();
                running--;
                continue;
            } catch (ExecutionException e) {
                running--;
                next = Objects.requireNonNullElse(e.getCause(), e);
            } catch (InterruptedException e) {
                next = e;
            }
            if (failure == null) {
                failure = next;
                queue.clear();
                cancel(failure);
            } else {
                failure.addSuppressed(next);
            }
        }
        rethrow(failure);
    }

    private void cancel(Throwable failure) {
        for (W worker : workers) {
            try {
                worker.cancel();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws SQLException, InterruptedException {
        if (failure instanceof SQLException e) {
            throw e;
        } else if (failure instanceof InterruptedException e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        threads.shutdown();
        SQLException failure = null;
        for (W worker : workers) {
            try {
                worker.close();
            } catch (SQLException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
