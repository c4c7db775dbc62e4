package dev.rehome.dashboard;

import dev.rehome.error.RehomeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look at the fleet that is too expensive to be taken whenever a page is opened: its last result is kept, with its time. Thread-safe.
 */
final class Check {
    private static final Logger LOG = LoggerFactory.getLogger(Check.class);

    /** What is done. */
    @FunctionalInterface
    interface Work {
        /**
         * Returns the result, to be written as JSON.
         *
         * @param by who has it run
         */
        Object run(Progress progress, String by) throws InterruptedException;
    }

    /** Is told how far it has come. */
    @FunctionalInterface
    interface Progress {
        void come(int done, int total);
    }

    /** How a check stands. */
    enum State {
        NEVER,
        WAITING,
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * How a check stands, as it is answered.
     *
     * @param by who had it run last
     * @param millis that the last one took
     * @param failure why the last one failed
     * @param result of the last one that did not fail
     * @param resultAt when that one had ended
     * @param kept what whoever looked last has left in the directory; absent in what does not ask for it
     */
    record View(
            String name,
            State state,
            int done,
            int total,
            @Nullable String by,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Long millis,
            @Nullable String failure,
            @Nullable Instant resultAt,
            @Nullable Object result,
            KeptChecks.@Nullable Kept kept) {

        View with(Optional<KeptChecks.Kept> latest) {
            return new View(
                    name,
                    state,
                    done,
                    total,
                    by,
                    startedAt,
                    endedAt,
                    millis,
                    failure,
                    resultAt,
                    result,
                    latest.orElse(null));
        }

        /** How it stands, without what it has found. */
        View summary() {
            return new View(name, state, done, total, by, startedAt, endedAt, millis, failure, resultAt, null, null);
        }
    }

    private final String name;
    private final Work work;
    private final Clock clock;
    private View view;

    Check(String name, Work work, Clock clock) {
        this.name = name;
        this.work = work;
        this.clock = clock;
        this.view = new View(name, State.NEVER, 0, 0, null, null, null, null, null, null, null, null);
    }

    synchronized View view() {
        return view;
    }

    /** Whether it was asked for now: not if it is under way already. */
    synchronized boolean ask(String by) {
        if (view.state == State.WAITING || view.state == State.RUNNING) {
            return false;
        }
        view = new View(name, State.WAITING, 0, 0, by, null, null, null, null, view.resultAt, view.result, null);
        return true;
    }

    /** Runs it in the calling thread, and keeps what comes of it. Returns how it stands then. */
    View run(String by) {
        Instant started = clock.instant();
        become(State.RUNNING, started, null, null);
        try {
            Object result = work.run(this::come, by);
            Instant ended = clock.instant();
            synchronized (this) {
                view = new View(
                        name,
                        State.DONE,
                        view.done,
                        view.total,
                        view.by,
                        started,
                        ended,
                        Duration.between(started, ended).toMillis(),
                        null,
                        ended,
                        result,
                        null);
            }
        } catch (RehomeException e) {
            become(State.FAILED, started, clock.instant(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            become(State.FAILED, started, clock.instant(), "The process was ended. Run it again.");
        } catch (RuntimeException e) {
            LOG.error("check={} failed", name, e);
            become(
                    State.FAILED,
                    started,
                    clock.instant(),
                    "An error of Rehome itself. The log of its process says more; keep it.");
        }
        return view();
    }

    private synchronized void become(State state, Instant started, @Nullable Instant ended, @Nullable String failure) {
        view = new View(
                name,
                state,
                view.done,
                view.total,
                view.by,
                started,
                ended,
                ended == null ? null : Duration.between(started, ended).toMillis(),
                failure,
                view.resultAt,
                view.result,
                null);
    }

    private synchronized void come(int done, int total) {
        view = new View(
                name,
                view.state,
                done,
                total,
                view.by,
                view.startedAt,
                view.endedAt,
                view.millis,
                view.failure,
                view.resultAt,
                view.result,
                null);
    }
}
