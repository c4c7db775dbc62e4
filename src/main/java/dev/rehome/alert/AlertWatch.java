package dev.rehome.alert;

import dev.rehome.config.AlertsConfig;
import dev.rehome.config.StrategyConfig;
import dev.rehome.error.RehomeException;
import dev.rehome.time.DaemonThreads;
import dev.rehome.watch.FleetState;
import dev.rehome.watch.FleetWatch;
import dev.rehome.watch.MoveConcerns;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the fleet again and again, and tells who is to be told. Each process that does so tells by itself: let one do it. Thread-safe.
 */
public final class AlertWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);

    private final FleetWatch watch;
    private final MoveConcerns concerns;
    private final AlertsConfig config;
    private final Clock clock;
    private final Alerts alerts;
    private final Optional<WebhookSink> webhook;
    private final ScheduledExecutorService thread;

    private AlertWatch(
            FleetWatch watch, MoveConcerns concerns, AlertsConfig config, Clock clock, boolean tellsSomebody) {
        this.watch = watch;
        this.concerns = concerns;
        this.config = config;
        this.clock = clock;
        this.webhook = config.webhook().filter(url -> tellsSomebody).map(url -> new WebhookSink(url, config.timeout()));
        List<AlertSink> sinks = new ArrayList<>();
        if (tellsSomebody) {
            sinks.add(new LogSink());
        }
        webhook.ifPresent(sinks::add);
        this.alerts = new Alerts(sinks);
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("rehome-alerts"));
    }

    /** Begins to look, as the strategy file says. */
    public static AlertWatch start(FleetWatch watch, StrategyConfig strategy) {
        return start(watch, strategy, true);
    }

    /** As {@link #start}, but tells nobody: for whoever only shows what is firing, beside the one that tells. */
    public static AlertWatch showing(FleetWatch watch, StrategyConfig strategy) {
        return start(watch, strategy, false);
    }

    private static AlertWatch start(FleetWatch watch, StrategyConfig strategy, boolean tellsSomebody) {
        AlertWatch begun =
                new AlertWatch(watch, MoveConcerns.of(strategy), strategy.alerts(), Clock.systemUTC(), tellsSomebody);
        long millis = strategy.alerts().interval().toMillis();
        var unused = begun.thread.scheduleWithFixedDelay(begun::lookQuietly, 0, millis, TimeUnit.MILLISECONDS);
        return begun;
    }

    public Alerts alerts() {
        return alerts;
    }

    private void lookQuietly() {
        try {
            look();
        } catch (RuntimeException e) {
            // A round that throws would be the last.
            LOG.error("note=the fleet could not be judged", e);
        }
    }

    /** One round. */
    private void look() {
        FleetState state;
        try {
            state = watch.look();
        } catch (RehomeException e) {
            alerts.update(
                    clock.instant(),
                    EnumSet.of(Condition.DIRECTORY_DOWN),
                    List.of(new Symptom(Condition.DIRECTORY_DOWN, Condition.FLEET, String.valueOf(e.getMessage()))));
            return;
        }
        alerts.update(state.at(), EnumSet.allOf(Condition.class), Condition.allIn(state, concerns, config));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        webhook.ifPresent(WebhookSink::close);
    }
}
