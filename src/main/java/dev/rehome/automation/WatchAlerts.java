package dev.rehome.automation;

import dev.rehome.alert.AlertWatch;
import dev.rehome.watch.FleetWatch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells who is to be told when something is wrong, for as long as it holds the duty, so that only one process does. Whoever takes it over
 * tells again of what is wrong then.
 */
final class WatchAlerts implements Duty {
    static final String NAME = "watch alerts";
    private static final long LOOK_SECONDS = 1;

    private final Supplier<NodeTools> newest;

    /** @param newest the tools of the strategy file that is in force */
    WatchAlerts(Supplier<NodeTools> newest) {
        this.newest = newest;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().alerts().interval();
    }

    /** Ends when the strategy file says something else about alerts. */
    @Override
    public String run(NodeTools tools, Watch watch) throws InterruptedException {
        AlertWatch alerts = AlertWatch.start(new FleetWatch(tools.connections()), tools.config());
        try {
            while (newest.get().config().alerts().equals(tools.config().alerts())) {
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            }
        } finally {
            alerts.close();
        }
        return "begins anew, as the strategy file has changed";
    }
}
