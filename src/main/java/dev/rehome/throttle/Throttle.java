package dev.rehome.throttle;

import dev.rehome.error.RehomeException;
import dev.rehome.placement.Database;
import dev.rehome.placement.Servers;
import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Says whether the PostgreSQL servers of a move can bear more of it now: by the time that a small commit takes, the lag of their
 * standbys, and their connections in use. It has one connection to each server, as the mover, which it opens when it is first
 * asked, and gets an answer of the servers once in each interval of its limits. Thread-safe: whoever asks while another thread
 * waits for the servers gets the latest answer.
 */
public final class Throttle implements AutoCloseable {
    private final ThrottleLimits limits;
    private final List<ServerWatch> watches;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Answer latest;

    /** @param untilNanoTime when it is too old */
    private record Answer(Optional<ThrottleReason> reason, long untilNanoTime) {}

    private Throttle(ThrottleLimits limits, List<ServerWatch> watches) {
        this.limits = limits;
        this.watches = watches;
        this.latest = new Answer(Optional.empty(), System.nanoTime());
    }

    /**
     * For the servers of these databases; nothing is connected yet.
     *
     * @throws RehomeException (CONFIGURATION) if a server is not configured
     */
    public static Throttle open(Servers servers, ThrottleLimits limits, Collection<Database> databases) {
        return new Throttle(
                limits,
                databases.stream()
                        .map(Database::server)
                        .distinct()
                        .map(server -> new ServerWatch(servers, server, limits))
                        .toList());
    }

    /**
     * Why the mover should give a server rest now; empty if it may go on. A server that cannot be reached, or has no
     * connection left, is such a reason.
     *
     * @throws RehomeException (EXTERNAL) if a server refuses to be asked, which rest would not cure
     */
    public Optional<ThrottleReason> reason() {
        if (isOld(latest) && asking.tryLock()) {
            try {
                if (isOld(latest)) {
                    latest = new Answer(
                            look(), System.nanoTime() + limits.interval().toNanos());
                }
            } finally {
                asking.unlock();
            }
        }
        return latest.reason();
    }

    /**
     * Waits until the mover may go on.
     *
     * @param onReason told why it waits, whenever that has changed
     * @return false if it still may not when the deadline has passed
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public boolean await(Deadline deadline, Consumer<ThrottleReason> onReason) throws InterruptedException {
        Optional<ThrottleReason> told = Optional.empty();
        while (true) {
            Optional<ThrottleReason> reason = reason();
            if (reason.isEmpty()) {
                return true;
            }
            if (!reason.equals(told)) {
                onReason.accept(reason.get());
                told = reason;
            }
            if (deadline.passed()) {
                return false;
            }
            deadline.sleep(limits.interval());
        }
    }

    private static boolean isOld(Answer answer) {
        return System.nanoTime() - answer.untilNanoTime() >= 0;
    }

    /** Asks every server, so that each one's signals are followed even while another one needs rest. */
    private Optional<ThrottleReason> look() {
        return watches.stream().map(ServerWatch::look).toList().stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** To be called when nobody asks any more. */
    @Override
    public void close() throws SQLException {
        asking.lock();
        try {
            for (ServerWatch watch : watches) {
                watch.close();
            }
        } finally {
            asking.unlock();
        }
    }
}
