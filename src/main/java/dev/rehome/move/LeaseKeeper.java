package dev.rehome.move;

import dev.rehome.error.RehomeException;
import dev.rehome.time.DaemonThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the directory that a mover lives and how far it is, and hears what the operator wants, as long as the move is run. The
 * homes are what keeps a mover that lost its lease from writing; this only lets it know early. Thread-safe.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    private final MoverJournal journal;
    private final Move move;
    private final Duration length;
    private final String holder;
    private final ScheduledExecutorService thread;
    private volatile MoveProgress progress;
    private volatile Waiting waiting = new Waiting(Optional.empty(), false);
    private volatile Optional<MoveRequest> request;
    private volatile boolean lost;
    private @Nullable ScheduledFuture<?> ticking;

    /** @param reason empty if the move gets on */
    private record Waiting(Optional<String> reason, boolean resting) {}

    private LeaseKeeper(MoverJournal journal, MoveStatus taken, Duration length) {
        this.journal = journal;
        this.move = taken.move();
        this.length = length;
        this.holder = taken.holder().orElse("somebody");
        this.request = taken.request();
        this.progress = taken.progress();
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("rehome-lease"));
    }

    static LeaseKeeper start(MoverJournal journal, MoveStatus taken, Duration length) {
        LeaseKeeper keeper = new LeaseKeeper(journal, taken, length);
        long interval = Math.max(
                1, Math.min(LONGEST_INTERVAL.toMillis(), length.dividedBy(3).toMillis()));
        keeper.ticking = keeper.thread.scheduleWithFixedDelay(keeper::tick, interval, interval, TimeUnit.MILLISECONDS);
        return keeper;
    }

    private void tick() {
        try {
            renew();
        } catch (RuntimeException e) {
            // The next tick tries again; a tick that throws would be the last one.
            LOG.warn("move={} tenant={} note=the lease could not be renewed", move.id(), move.tenant(), e);
        }
    }

    /** @throws RehomeException (EXTERNAL) if the directory cannot be asked; what was known stays known */
    void renew() {
        MoverJournal.Renewal renewal = journal.renew(move, length, progress, waiting.reason, waiting.resting);
        if (renewal.held()) {
            request = renewal.request();
        } else {
            lost = true;
        }
    }

    /** Whether somebody else has taken the move over. */
    boolean lost() {
        return lost;
    }

    /** Where the run's other lines go, too. */
    MoverJournal journal() {
        return journal;
    }

    /** Who runs the move, for people. */
    String holder() {
        return holder;
    }

    Optional<MoveRequest> request() {
        return request;
    }

    void progressed(MoveProgress latest) {
        progress = latest;
    }

    /** @param reason empty if the move gets on */
    void waitFor(Optional<String> reason) {
        waiting = new Waiting(reason, false);
    }

    /** The move gives a server rest. */
    void restFor(String reason) {
        waiting = new Waiting(Optional.of("resting: " + reason), true);
    }

    /** Stops, and lets others take the move. */
    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        thread.shutdown();
        try {
            // A renewal behind the release would keep others waiting until it runs out.
            if (!thread.awaitTermination(LONGEST_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("move={} tenant={} note=the directory does not answer", move.id(), move.tenant());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            journal.release(move);
        } catch (RehomeException e) {
            LOG.warn(
                    "move={} tenant={} note=the lease could not be given back, it runs out",
                    move.id(),
                    move.tenant(),
                    e);
        }
    }
}
