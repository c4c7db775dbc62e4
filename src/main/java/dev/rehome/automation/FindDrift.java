package dev.rehome.automation;

import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.drift.HomeDrift;
import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares all homes with what the changelog makes, and keeps what was found for whoever asks. Mends nothing. */
final class FindDrift implements Duty {
    static final String NAME = "find drift";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().automation().checks();
    }

    @Override
    public String run(NodeTools tools, Watch watch) {
        Problems problems = new Problems();
        Drift.Summary summary = new Drift(
                        tools.servers(),
                        tools.homes(),
                        tools.config().databases().directoryDatabase(),
                        tools.directory(),
                        tools.config().sharedHomes())
                .find(problems);
        new FleetChecks(tools.connections())
                .keep(
                        FleetCheck.Kind.DRIFT,
                        PlanRound.WHO,
                        summary.homes(),
                        summary.drifted() + summary.notSeen(),
                        problems.lines);
        return String.format(
                Locale.ROOT,
                "%,d homes: %,d as the changelog makes them, %,d drifted, %,d at another level, %,d not looked at",
                summary.homes(),
                summary.same(),
                summary.drifted(),
                summary.atAnotherLevel(),
                summary.notSeen());
    }

    private static final class Problems implements Drift.Listener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void looked(int done, int total) {}

        @Override
        public void found(HomeDrift drift) {
            if (lines.size() < FleetChecks.MOST_PROBLEMS) {
                drift.finding().ifPresent(lines::add);
            }
        }
    }
}
