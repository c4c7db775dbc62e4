package dev.rehome.move.crew;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.MoveReport;
import dev.rehome.move.Mover;
import dev.rehome.move.ServerFullException;
import dev.rehome.move.SoakDecision;
import dev.rehome.move.crew.MoveResult.State;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs moves in this process, several at a time, until each has ended, failed or may be left. A move that a server has no room
 * for waits and is tried again; so is one that soaks among many, which is only looked after now and then. For one use: either
 * {@link #run} for a number of moves, or {@link #begin}, and {@link #add} as often as wanted. Thread-safe.
 */
public final class MoveCrew implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MoveCrew.class);
    /** Between two looks at a move that soaks while others want its thread: so long its old home is behind at most. */
    private static final Duration VISIT_INTERVAL = Duration.ofMinutes(1);
    /** What a mover in the middle of a statement may take to stop. After that its lease has to run out. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    /** What is done about soaks. */
    public enum Soaking {
        /** The old home is kept current all the time; each soak keeps a thread. */
        STAY,
        /** It is made current now and then until the soak is over. */
        VISIT,
        /** Moves are left when their soak begins. */
        LEAVE
    }

    /**
     * A move to be run.
     *
     * @param name what it is called before it has an id
     * @param begin plans it, or finds it
     */
    public record Job(String name, Supplier<Move> begin) {
        /** Of a move that is planned already. */
        public static Job of(Move move) {
            return new Job("tenant " + move.tenant(), () -> move);
        }
    }

    /** Whoever shows what the crew does. Called from its threads. */
    public interface Audience {
        /** Watches one move, which has this id. */
        MoveListener listener(MoveId id);

        /** A move has to wait, as its server has enough of them under way. */
        void waiting(String reason);

        void ended(MoveResult result);
    }

    private final Mover mover;
    private final Duration soak;
    private final Soaking soaking;
    private final boolean takeOver;
    private final Audience audience;
    private final DelayQueue<Turn> turns = new DelayQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final FullServers full = new FullServers();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "rehome-mover"));

    /**
     * @param soak how long the old homes are kept current
     * @param takeOver whether moves are taken even from movers that were heard of a moment ago
     */
    public MoveCrew(Mover mover, Duration soak, Soaking soaking, boolean takeOver, Audience audience) {
        this.mover = mover;
        this.soak = soak;
        this.soaking = soaking;
        this.takeOver = takeOver;
        this.audience = audience;
    }

    /**
     * Runs them. If the thread is interrupted, the moves are left as they are, for somebody else to go on with.
     *
     * @return what became of each, in the order of the jobs
     */
    public List<MoveResult> run(List<Job> jobs, int parallel) {
        CountDownLatch open = new CountDownLatch(jobs.size());
        List<Turn> all = jobs.stream()
                .map(job -> new Turn(numbers.getAndIncrement(), job, open::countDown))
                .toList();
        turns.addAll(all);
        begin(Math.max(1, Math.min(parallel, all.size())));
        try {
            open.await();
        } catch (InterruptedException e) {
            // Whoever interrupts wants this to end early, as it does below; the results say what is left to do.
        }
        close();
        return all.stream().map(Turn::result).toList();
    }

    /** Waits for moves to run, with so many threads. */
    public void begin(int parallel) {
        for (int i = 0; i < parallel; i++) {
            threads.execute(this::work);
        }
    }

    /** Runs one more; the audience is told when it has ended. */
    public void add(Job job) {
        turns.add(new Turn(numbers.getAndIncrement(), job, () -> {}));
    }

    /** Leaves the moves as they are, for somebody else to go on with, and waits a moment for that. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOPPING.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("note=a mover is in the middle of a statement; its lease runs out by itself");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Turn turn = turns.take();
                take(turn);
                if (turn.settled != null) {
                    audience.ended(turn.result());
                    turn.over.run();
                } else {
                    turns.add(turn);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Turn turn) throws InterruptedException {
        SoakEnd soakEnd = new SoakEnd();
        try {
            Move move = turn.begin();
            Duration wait = full.fullFor(turn.servers());
            if (wait.compareTo(Duration.ZERO) > 0) {
                turn.waitForRoom(wait);
                return;
            }
            Watch watch = new Watch(turn, audience.listener(move.id()));
            MoveReport report = mover.run(move.id(), watch, soakEnd, takeOver && !turn.taken);
            turn.ended(report);
        } catch (InterruptedException e) {
            if (!soakEnd.left) {
                throw e;
            }
            turn.soaks(soaking == Soaking.LEAVE, soakEnd.nextVisit());
        } catch (ServerFullException e) {
            full.refused(e.server());
            turn.waitForRoom(full.fullFor(turn.servers()));
            audience.waiting(e.getMessage());
            return;
        } catch (RehomeException e) {
            turn.failed(e);
        } catch (RuntimeException e) {
            turn.failed(new RehomeException(
                    ErrorKind.INVARIANT, "An error of Rehome itself: " + e + ". Keep what it printed.", e));
        }
        letNextIn(turn.servers());
    }

    /** A move that leaves its servers lets one in that waits for them. */
    private void letNextIn(List<String> servers) {
        full.mayHaveRoom(servers);
        turns.stream()
                .filter(turn -> turn.waitsForRoom && !Collections.disjoint(turn.servers(), servers))
                .min(Comparator.comparingLong(turn -> turn.number))
                .filter(turns::remove)
                .ifPresent(turn -> {
                    turn.again(Duration.ZERO);
                    turns.add(turn);
                });
    }

    /** Ends the soak in time, and leaves it before that where it must not keep a thread. Used by the mover's thread. */
    private final class SoakEnd implements SoakDecision {
        private boolean left;
        private Duration remaining = Duration.ZERO;

        @Override
        public Verdict decide(Duration soaked) {
            remaining = soak.minus(soaked);
            if (remaining.isNegative() || remaining.isZero()) {
                return Verdict.RETIRE;
            }
            if (soaking != Soaking.STAY) {
                left = true;
                Thread.currentThread().interrupt(); // the mover's way of being told to leave a move as it is
            }
            return Verdict.GO_ON;
        }

        Duration nextVisit() {
            return remaining.compareTo(VISIT_INTERVAL) < 0 ? remaining : VISIT_INTERVAL;
        }
    }

    /** One job, between the runs of its move. Used by one thread at a time. */
    private static final class Turn implements Delayed {
        private final int number;
        private final Job job;
        private final Runnable over;
        private final long beganNanos = System.nanoTime();
        private volatile long dueNanos = beganNanos;
        private volatile boolean waitsForRoom;
        private volatile @Nullable Move move;
        private volatile @Nullable MovePhase phase;
        private volatile @Nullable State settled;
        private boolean taken;
        private long rows;
        private long bytes;
        private Duration fenced = Duration.ZERO;
        private int verifications;
        private long differences;
        private Duration elapsed = Duration.ZERO;
        private @Nullable RehomeException failure;

        /**
         * @param number who comes before others that wait for the same
         * @param over called when nothing more is done about it here
         */
        Turn(int number, Job job, Runnable over) {
            this.number = number;
            this.job = job;
            this.over = over;
        }

        Move begin() {
            waitsForRoom = false;
            Move known = move;
            if (known == null) {
                known = job.begin().get();
                move = known;
            }
            return known;
        }

        /** That it loads; none as long as it has not begun. */
        List<String> servers() {
            Move known = move;
            return known == null
                    ? List.of()
                    : List.of(
                            known.source().home().database().server(),
                            known.target().database().server());
        }

        void again(Duration pause) {
            dueNanos = System.nanoTime() + pause.toNanos();
        }

        void waitForRoom(Duration pause) {
            waitsForRoom = true;
            again(pause);
        }

        void soaks(boolean leave, Duration nextVisit) {
            phase = MovePhase.SOAK;
            if (leave) {
                settle(State.SOAKING);
            } else {
                again(nextVisit);
            }
        }

        void ended(MoveReport report) {
            phase = report.move().phase();
            verifications += report.verifications().size();
            differences += report.verifications().stream()
                    .mapToLong(each -> each.differenceCount())
                    .sum();
            settle(State.ENDED);
        }

        void failed(RehomeException reason) {
            failure = reason;
            settle(State.FAILED);
        }

        private void settle(State state) {
            elapsed = Duration.ofNanos(System.nanoTime() - beganNanos);
            settled = state; // last: whoever sees it may read the rest
        }

        MoveResult result() {
            State state = settled;
            Move known = move;
            return new MoveResult(
                    job.name(),
                    known == null ? null : known.id(),
                    phase,
                    state == null ? State.INTERRUPTED : state,
                    rows,
                    bytes,
                    elapsed,
                    fenced,
                    verifications,
                    differences,
                    failure);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Takes the figures of a move on their way to the audience. */
    private static final class Watch implements MoveListener {
        private final Turn turn;
        private final MoveListener next;

        Watch(Turn turn, MoveListener next) {
            this.turn = turn;
            this.next = next;
        }

        @Override
        public void entered(Move move, MovePhase phase) {
            turn.taken = true;
            turn.phase = phase;
            next.entered(move, phase);
        }

        @Override
        public void progressed(Move move, MoveProgress progress) {
            if (progress.phase() == MovePhase.BACKFILL) {
                turn.rows = progress.rowsDone();
                turn.bytes = progress.bytesDone();
            }
            next.progressed(move, progress);
        }

        @Override
        public void postponed(Move move, String reason) {
            next.postponed(move, reason);
        }

        @Override
        public void fenced(Move move, long askedAtNanos, Duration duration) {
            next.fenced(move, askedAtNanos, duration);
        }

        @Override
        public void cutOver(Move move, Duration duration) {
            turn.fenced = duration;
            next.cutOver(move, duration);
        }
    }
}
