package dev.rehome.fleet.levels;

import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.placement.Database;
import dev.rehome.schema.Homes;
import dev.rehome.time.Deadline;
import dev.rehome.time.Uninterrupted;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The threads of one runner: each takes a home, changes it, writes down what became of it, until nothing is left to take. */
final class Crew {
    /** How often is looked whether another runner's homes are done, or its lease is over. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Homes homes;
    private final SchemaRuns runs;
    private final RunOptions options;
    private final UUID run;
    private final String holder;
    private final RunListener listener;
    private final Set<Database> databasesUp = ConcurrentHashMap.newKeySet();
    private final Timestamp began;
    /** By server; guarded by this. */
    private final Map<String, Integer> atWork = new HashMap<>();

    private volatile boolean stopped;
    private volatile boolean interrupted;
    private @Nullable RuntimeException failure;

    Crew(Homes homes, SchemaRuns runs, RunOptions options, UUID run, String holder, RunListener listener) {
        this.homes = homes;
        this.runs = runs;
        this.options = options;
        this.run = run;
        this.holder = holder;
        this.listener = listener;
        this.began = runs.now();
    }

    /** Whether too much has failed to go on. */
    boolean isStopped() {
        return stopped;
    }

    /** Returns when nothing is left that may be begun now, and nobody is at anything. */
    void work() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < options.parallel(); i++) {
            threads.add(new Thread(this::takeHomes, "rehome-schema-" + i));
        }
        Thread heartbeat = new Thread(this::beat, "rehome-schema-lease");
        heartbeat.setDaemon(true);
        threads.forEach(Thread::start);
        heartbeat.start();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            threads.forEach(Thread::interrupt);
            Uninterrupted.join(threads);
            throw e;
        } finally {
            heartbeat.interrupt();
            Uninterrupted.join(List.of(heartbeat));
        }
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private void takeHomes() {
        try (HomeUpgrade upgrade = new HomeUpgrade(homes, runs, options, databasesUp)) {
            while (!stopped && !interrupted) {
                Optional<SchemaRuns.Claim> claim = claim();
                if (claim.isPresent()) {
                    change(upgrade, claim.get());
                } else if (isOver()) {
                    return;
                } else {
                    Deadline.in(LOOK_AGAIN).sleep(LOOK_AGAIN);
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (SQLException alreadyBroken) {
            // Of closing a connection: whatever was done on it has been committed or has failed loudly.
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void fail(RuntimeException e) {
        stopped = true;
        if (failure == null) {
            failure = e;
        } else {
            failure.addSuppressed(e);
        }
    }

    private synchronized Optional<SchemaRuns.Claim> claim() {
        Set<String> busy = atWork.entrySet().stream()
                .filter(entry -> entry.getValue() >= options.perServer())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Optional<SchemaRuns.Claim> claim = runs.claim(run, holder, options.lease(), busy);
        claim.ifPresent(taken -> atWork.merge(taken.home().database().server(), 1, Integer::sum));
        return claim;
    }

    private void change(HomeUpgrade upgrade, SchemaRuns.Claim claim) throws InterruptedException {
        try {
            listener.home(claim.home());
            HomeResult result = upgrade.bringUp(claim.home(), claim.level());
            runs.finish(run, holder, result);
            if (result.state() == State.FAILED
                    && options.stopAfter() > 0
                    && runs.failedSince(run, began) >= options.stopAfter()) {
                stopped = true;
            }
            listener.ended(result);
        } catch (InterruptedException e) {
            runs.release(run, claim.home());
            throw e;
        } finally {
            synchronized (this) {
                atWork.merge(claim.home().database().server(), -1, Integer::sum);
            }
        }
    }

    /** Nothing is to be begun, by anybody, and nothing that others have begun may come back; or others have failed too often. */
    private boolean isOver() {
        if (options.stopAfter() > 0 && runs.failedSince(run, began) >= options.stopAfter()) {
            stopped = true;
            return true;
        }
        Map<State, Long> counts = runs.counts(run);
        return counts.getOrDefault(State.PENDING, 0L) + counts.getOrDefault(State.RUNNING, 0L) == 0;
    }

    private void beat() {
        try {
            while (true) {
                Duration pause = options.lease().dividedBy(3);
                Deadline.in(pause).sleep(pause);
                runs.renew(run, holder, options.lease());
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e);
        }
    }
}
