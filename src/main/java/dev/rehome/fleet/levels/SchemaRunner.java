package dev.rehome.fleet.levels;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.fleet.levels.LevelSurvey.Look;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.schema.Level;
import dev.rehome.schema.Rendering;
import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the fleet to the newest level of the homes' changelog. What is to be done and what became of it is in the directory, so
 * that any process can go on where another one stopped, and several can work on one run. Thread-safe.
 */
public final class SchemaRunner {
    private static final int NAMED_FAILURES = 5;
    private static final int PAGE = 100;
    private static final Duration MOVES_INTERVAL = Duration.ofMillis(500);

    private final LevelSurvey survey;
    private final Homes homes;
    private final SchemaRuns runs;
    private final RunOptions options;
    private final String holder;

    /** @param holder who this is, for other runners and people: no other runner must be called the same */
    public SchemaRunner(LevelSurvey survey, Homes homes, SchemaRuns runs, RunOptions options, String holder) {
        this.survey = survey;
        this.homes = homes;
        this.runs = runs;
        this.options = options;
        this.holder = holder;
    }

    /**
     * Looks which homes are not at the newest level and brings them there, stage by stage. Goes on with the open run of the
     * changelog if there is one, but for homes that have failed.
     *
     * @throws InterruptedException if the thread is interrupted: homes that were begun have been finished, the others are as they
     *     were, and the next call goes on
     */
    public RunReport migrate(RunListener listener) throws InterruptedException {
        long began = System.nanoTime();
        homes.bringUpDirectory();
        Gathering gathering = new Gathering();
        survey.look(gathering);
        Optional<UUID> known = gathering.run == null ? runs.openRun(changelog()) : Optional.of(gathering.run);
        RunReport report;
        if (known.isEmpty()) {
            report = new RunReport(new UUID(0, 0), true, Map.of(), List.of(), since(began));
        } else {
            runs.spread(known.get(), options);
            report = work(known.get(), listener, began);
        }
        if (gathering.unreachable != null) {
            throw gathering.unreachable;
        }
        return report;
    }

    /** As {@link #migrate}, beginning failed homes again too. */
    public RunReport retry(RunListener listener) throws InterruptedException {
        runs.openRun(changelog()).ifPresent(runs::retry);
        return migrate(listener);
    }

    /**
     * Takes homes of a run back to where they were before it, by Liquibase's roll-back, the latest first. Ends the run.
     *
     * @param wave the wave whose homes are taken back; null for all
     * @param home the one home that is taken back; null for all of the wave
     * @throws RehomeException (USER) if there is no such run, or it did not change that home
     */
    public RunReport rollBack(UUID run, @Nullable Integer wave, @Nullable Home home, RunListener listener)
            throws SQLException {
        long began = System.nanoTime();
        runs.requireKnown(run);
        List<HomeResult> failures = new ArrayList<>();
        try (HomeUpgrade upgrade = new HomeUpgrade(homes, runs, options, ConcurrentHashMap.newKeySet())) {
            List<HomeResult> page = home == null ? runs.changed(run, wave, PAGE) : List.of(only(run, home));
            while (!page.isEmpty()) {
                for (HomeResult each : page) {
                    Optional<String> failure = rollBack(upgrade, each);
                    runs.rolledBack(run, each.home(), failure);
                    HomeResult result = new HomeResult(
                            each.home(),
                            failure.isEmpty() ? State.ROLLED_BACK : State.FAILED,
                            each.level(),
                            each.changesets(),
                            false,
                            Duration.ZERO,
                            failure);
                    listener.ended(result);
                    if (failure.isPresent() && failures.size() < NAMED_FAILURES) {
                        failures.add(result);
                    }
                }
                page = home == null ? runs.changed(run, wave, PAGE) : List.of();
            }
        }
        runs.end(run);
        return new RunReport(run, true, runs.counts(run), failures, since(began));
    }

    private HomeResult only(UUID run, Home home) {
        return runs.result(run, home)
                .filter(result -> result.state() == State.DONE && result.changesets() > 0)
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER, "Run " + run + " has changed nothing in " + home + ". Choose another run."));
    }

    private static Optional<String> rollBack(HomeUpgrade upgrade, HomeResult each) {
        try {
            upgrade.rollBack(each.home(), each.level().orElse(Level.NONE), each.changesets());
            return Optional.empty();
        } catch (SQLException | RehomeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private String changelog() {
        return homes.changelog().resource();
    }

    /** Writes down what is to be done while it is found. */
    private final class Gathering implements LevelSurvey.Visitor {
        private @Nullable UUID run;
        private @Nullable RehomeException unreachable;

        @Override
        public void behind(Database database, List<String> missing) {
            Home itself = new Home(Tier.DATABASE, database, Homes.DATABASE_SCHEMA);
            add(List.of(new Look(itself, Level.NONE, Rendering.NOTHING)));
        }

        @Override
        public void homes(Collection<Look> looks) {
            List<Look> behind = looks.stream()
                    .filter(look -> !look.rendering().isUpToDate())
                    .toList();
            if (!behind.isEmpty()) {
                add(behind);
            }
        }

        private void add(Collection<Look> looks) {
            UUID open = run == null ? runs.open(changelog(), holder) : run;
            run = open;
            runs.add(open, looks);
        }

        @Override
        public void unreachable(Database database, RehomeException reason) {
            if (unreachable == null) {
                unreachable = reason;
            }
        }
    }

    private RunReport work(UUID run, RunListener listener, long began) throws InterruptedException {
        listener.begins(runs.counts(run).entrySet().stream()
                .filter(entry -> entry.getKey() == State.PENDING || entry.getKey() == State.RUNNING)
                .mapToLong(Map.Entry::getValue)
                .sum());
        Deadline moves = Deadline.in(options.waitForMoves());
        Crew crew = new Crew(homes, runs, options, run, holder, listener);
        crew.work();
        while (!crew.isStopped() && !moves.passed() && runs.unskip(run) > 0) {
            moves.sleep(MOVES_INTERVAL);
            crew.work();
        }
        boolean ended = runs.endIfComplete(run);
        return new RunReport(run, ended, runs.counts(run), runs.failures(run, NAMED_FAILURES), since(began));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
