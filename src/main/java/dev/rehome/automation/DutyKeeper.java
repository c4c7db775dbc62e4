package dev.rehome.automation;

import dev.rehome.error.RehomeException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one duty in this process whenever it is time for it and nobody else does: takes it, says that it lives while it is at it, and
 * stops when it has lost it. Each has a thread for as long as it is at work. Thread-safe.
 */
final class DutyKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(DutyKeeper.class);
    /** How often it is looked whether a duty that others do is to be had. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

    private static final int RENEWALS_IN_A_LEASE = 4;

    private final Duty duty;
    private final String holder;
    private final AutomationListener listener;
    private final Supplier<NodeTools> tools;
    private @Nullable Turn turn;
    private long notBeforeNanos = System.nanoTime();
    private boolean stopped;
    private volatile long renewedNanos = System.nanoTime();

    /** @param tools as they are at the time */
    DutyKeeper(Duty duty, String holder, Supplier<NodeTools> tools, AutomationListener listener) {
        this.duty = duty;
        this.holder = holder;
        this.tools = tools;
        this.listener = listener;
    }

    private record Turn(Thread thread, long token) {}

    /** Looks whether there is something to do; returns at once. To be called about every second. */
    synchronized void look() {
        NodeTools now = tools.get();
        Duration interval = duty.interval(now);
        if (stopped || turn != null || interval.isZero() || System.nanoTime() - notBeforeNanos < 0) {
            return;
        }
        Duration length = now.config().migration().lease();
        OptionalLong token = new Duties(now.connections()).take(duty.name(), holder, interval, duty.retry(now), length);
        if (token.isEmpty()) {
            Duration pause = interval.compareTo(LONGEST_LOOK) < 0 ? interval : LONGEST_LOOK;
            notBeforeNanos = System.nanoTime() + pause.toNanos();
            return;
        }
        Thread thread = new Thread(() -> work(now, token.getAsLong()), "rehome-duty " + duty.name());
        turn = new Turn(thread, token.getAsLong());
        thread.start();
    }

    /** Says that it lives, if it is at work; whoever has lost the duty is interrupted. To be called several times in a lease. */
    void renew() {
        Turn renewed;
        NodeTools now = tools.get();
        Duration length = now.config().migration().lease();
        synchronized (this) {
            renewed = System.nanoTime() - renewedNanos
                            < length.dividedBy(RENEWALS_IN_A_LEASE).toNanos()
                    ? null
                    : turn;
        }
        if (renewed != null) {
            renewedNanos = System.nanoTime();
            if (!new Duties(now.connections()).renew(duty.name(), renewed.token(), length)) {
                lost(renewed);
            }
        }
    }

    private synchronized void lost(Turn lost) {
        if (turn != null && turn.token() == lost.token()) {
            LOG.warn("duty={} note=lost to another process, which took this one for dead", duty.name());
            lost.thread().interrupt();
        }
    }

    private void work(NodeTools now, long token) {
        Duties duties = new Duties(now.connections());
        try {
            String outcome = run(now, duties, token);
            duties.done(duty.name(), token, outcome);
            LOG.debug("duty={} note={}", duty.name(), outcome);
            listener.dutyDone(duty.name(), outcome);
        } catch (InterruptedException e) {
            giveBack(duties, token);
        } catch (RuntimeException e) {
            failed(duties, token, e);
        }
    }

    private String run(NodeTools now, Duties duties, long token) throws InterruptedException {
        try {
            return duty.run(
                    now,
                    () -> duties.renew(
                            duty.name(), token, now.config().migration().lease()));
        } finally {
            synchronized (this) {
                turn = null; // before it is given back: what is over is not renewed
            }
        }
    }

    private void failed(Duties duties, long token, RuntimeException failure) {
        String text = failure instanceof RehomeException known
                ? known.getMessage()
                : "An error of Rehome itself: " + failure + ". Keep what it printed.";
        LOG.warn("duty={} note=failed, is tried again later", duty.name(), failure);
        try {
            duties.failed(duty.name(), token, text);
        } catch (RehomeException e) {
            LOG.warn("duty={} note=the failure could not be written down: the lease runs out", duty.name(), e);
        }
        listener.dutyFailed(duty.name(), text);
    }

    private void giveBack(Duties duties, long token) {
        try {
            duties.giveBack(duty.name(), token);
        } catch (RehomeException e) {
            LOG.warn("duty={} note=could not be given back: the lease runs out", duty.name(), e);
        }
    }

    /** Interrupts it, if it is at work, and waits for it until the deadline. */
    void stop(Duration patience) throws InterruptedException {
        Turn last;
        synchronized (this) {
            stopped = true;
            last = turn;
        }
        if (last != null) {
            last.thread().interrupt();
            last.thread().join(Math.max(1, patience.toMillis()));
        }
    }
}
