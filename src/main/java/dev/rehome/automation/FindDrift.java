package dev.rehome.automation;

import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.drift.HomeDrift;
import java.time.Duration;
import java.util.Locale;

/** Compares all homes with what the changelog makes. Mends nothing. */
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
        Drift.Summary summary = new Drift(
                        tools.servers(),
                        tools.homes(),
                        tools.config().databases().directoryDatabase(),
                        tools.directory(),
                        tools.config().sharedHomes())
                .find(new Drift.Listener() {
                    @Override
                    public void looked(int done, int total) {}

                    @Override
                    public void found(HomeDrift drift) {}
                });
        return String.format(
                Locale.ROOT,
                "%,d homes: %,d as the changelog makes them, %,d drifted, %,d at another level, %,d not looked at",
                summary.homes(),
                summary.same(),
                summary.drifted(),
                summary.atAnotherLevel(),
                summary.notSeen());
    }
}
