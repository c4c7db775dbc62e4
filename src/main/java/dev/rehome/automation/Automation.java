package dev.rehome.automation;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.RehomeException;
import dev.rehome.time.DaemonThreads;
import dev.rehome.time.Deadline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the fleet until it is closed: plans, begins and runs moves, ends soaks, fills the stock of spare homes, measures and
 * checks. Several processes may do so at the same time, and each may be killed at any time: duties and moves have leases, so others
 * go on where it was. Goes by the strategy file as it is at the time. Thread-safe.
 */
public final class Automation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Automation.class);
    private static final long LOOK_MILLIS = 1_000;
    /** As often as the shortest lease needs it. */
    private static final long RENEW_MILLIS = 250;
    /** What a duty in the middle of a statement may take to stop. After that its lease has to run out. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final StrategyWatch watch;
    private final AutomationListener listener;
    private final Clock clock;
    private final String node;
    private final List<DutyKeeper> keepers = new ArrayList<>();
    /** The newest last; earlier ones have moves that were begun under an earlier strategy file. */
    private final List<MoveRunner> runners = new ArrayList<>();

    private final ScheduledExecutorService looking = thread("rehome-automation");
    private final ScheduledExecutorService renewing = thread("rehome-duty-lease");
    private final List<ScheduledFuture<?>> repeated = new ArrayList<>();
    private volatile NodeTools tools;
    private Instant nextReload;
    private String lastTrouble = "";

    private Automation(StrategyWatch watch, AutomationListener listener, Clock clock) {
        this.watch = watch;
        this.listener = listener;
        this.clock = clock;
        this.node = "process " + ProcessHandle.current().pid() + ", " + UUID.randomUUID();
        this.tools = NodeTools.of(watch.inForce(), clock);
        this.nextReload = clock.instant();
        runners.add(new MoveRunner(tools, listener));
        for (Duty duty : List.of(
                new PlanRound(listener),
                new BeginMoves(),
                new VisitSoaks(listener),
                new FillSpares(),
                new CollectStatistics(),
                new WatchAlerts(() -> tools),
                new SurveyLevels(),
                new Examine(),
                new FindDrift(),
                new ExportTenants())) {
            keepers.add(new DutyKeeper(duty, node, () -> tools, listener));
        }
    }

    /**
     * Begins. The directory has to be there.
     *
     * @throws RehomeException (CONFIGURATION) if the file cannot be used
     */
    public static Automation start(Path strategyFile, AutomationListener listener) {
        return start(strategyFile, listener, Clock.systemUTC());
    }

    static Automation start(Path strategyFile, AutomationListener listener, Clock clock) {
        Automation automation = new Automation(new StrategyWatch(strategyFile, clock), listener, clock);
        automation.begin();
        return automation;
    }

    private void begin() {
        repeated.add(looking.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS));
        repeated.add(renewing.scheduleWithFixedDelay(this::renew, RENEW_MILLIS, RENEW_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** By which the directory knows this process. */
    public String node() {
        return node;
    }

    /** The strategy file that is in force. */
    public StrategyConfig strategy() {
        return tools.config();
    }

    private void look() {
        attempt("reload", this::reload);
        attempt("heartbeat", () -> new Nodes(tools.connections()).lives(node, watch.standing(), moves()));
        keepers.forEach(keeper -> attempt("duties", keeper::look));
        attempt("run moves", this::runMoves);
    }

    private void renew() {
        keepers.forEach(keeper -> attempt("duties", keeper::renew));
    }

    /** A look that throws would be the last one. */
    private void attempt(String what, Runnable work) {
        try {
            work.run();
            synchronized (runners) {
                lastTrouble = lastTrouble.startsWith(what + ":") ? "" : lastTrouble;
            }
        } catch (RuntimeException e) {
            String trouble = what + ": " + e.getMessage();
            synchronized (runners) {
                if (trouble.equals(lastTrouble)) {
                    return; // said once; the directory may be down for long
                }
                lastTrouble = trouble;
            }
            LOG.warn("note={} failed, is tried again", what, e);
            listener.dutyFailed(what, String.valueOf(e.getMessage()));
        }
    }

    private void reload() {
        Duration interval = tools.config().automation().reload();
        if (interval.isZero() || clock.instant().isBefore(nextReload)) {
            return;
        }
        nextReload = clock.instant().plus(interval);
        if (!watch.look()) {
            return;
        }
        if (watch.standing().problem().isPresent()) {
            String problem = watch.standing().problem().get();
            LOG.error("note=the strategy file is not taken up, the earlier one stays in force: {}", problem);
            listener.strategyRefused(problem);
        } else if (!watch.inForce().equals(tools.config())) {
            NodeTools before = tools;
            tools = NodeTools.of(watch.inForce(), clock);
            before.close();
            MoveRunner runner = new MoveRunner(tools, listener);
            synchronized (runners) {
                runners.add(runner);
            }
            LOG.info("note=the strategy file has changed and is in force");
            listener.strategyReloaded();
        }
    }

    private void runMoves() {
        List<MoveRunner> idle = new ArrayList<>();
        MoveRunner newest;
        synchronized (runners) {
            newest = runners.get(runners.size() - 1);
            runners.stream()
                    .filter(runner -> runner != newest && runner.moves() == 0)
                    .forEach(idle::add);
            runners.removeAll(idle);
        }
        idle.forEach(MoveRunner::close);
        newest.look();
    }

    private int moves() {
        synchronized (runners) {
            return runners.stream().mapToInt(MoveRunner::moves).sum();
        }
    }

    /** Stops in good order: duties are given back, moves are left as they are, for whoever comes next. */
    @Override
    public void close() {
        repeated.get(0).cancel(false);
        looking.shutdown();
        Deadline deadline = Deadline.in(STOPPING);
        try {
            if (!looking.awaitTermination(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("note=the directory does not answer");
            }
            for (DutyKeeper keeper : keepers) {
                keeper.stop(deadline.remaining());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<MoveRunner> stopped;
        synchronized (runners) {
            stopped = List.copyOf(runners);
        }
        stopped.forEach(MoveRunner::close);
        renewing.shutdownNow();
        attempt("farewell", () -> new Nodes(tools.connections()).ended(node));
        tools.close();
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(name));
    }
}
