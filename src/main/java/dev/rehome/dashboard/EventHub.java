package dev.rehome.dashboard;

import dev.rehome.error.RehomeException;
import dev.rehome.time.DaemonThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who watch what has changed. Asks the directory once for all of them, and not at all while nobody watches. Thread-safe.
 */
final class EventHub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
    static final int MOST_STREAMS = 200;
    static final int MOST_PER_VISITOR = 20;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int LOOKS_PER_PING = 15;
    private static final Duration LONGEST_STALL = Duration.ofSeconds(30);
    private static final Duration LONGEST_STREAM = Duration.ofHours(1);
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Map<String, Supplier<Object>> states;
    private final Map<String, String> told = new LinkedHashMap<>();
    private final List<EventStream> streams = new ArrayList<>();
    private final ScheduledExecutorService clock;
    private int looks;
    private boolean failing;

    /** @param states what can be watched, by the name of the event */
    EventHub(Map<String, Supplier<Object>> states) {
        this.states = new LinkedHashMap<>(states);
        this.clock = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("rehome-dashboard-events"));
        var unused = clock.scheduleWithFixedDelay(
                this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Answers with a stream of events.
     *
     * @throws Refusal if too many watch already
     */
    void watch(Call call, BooleanSupplier mayStay) throws IOException {
        Visitor visitor = call.visitor();
        EventStream[] stream = new EventStream[1];
        synchronized (streams) {
            long own = streams.stream()
                    .filter(each -> each.visitor().equals(visitor))
                    .count();
            if (streams.size() >= MOST_STREAMS || own >= MOST_PER_VISITOR) {
                throw Refusal.full(LATER);
            }
            call.response().setContentType("text/event-stream;charset=utf-8");
            call.response().setHeader("X-Accel-Buffering", "no");
            stream[0] = new EventStream(call.request(), visitor, mayStay, () -> forget(stream[0]));
            streams.add(stream[0]);
            told.forEach(stream[0]::tell);
        }
        stream[0].begin();
    }

    int watching() {
        synchronized (streams) {
            return streams.size();
        }
    }

    private void forget(EventStream stream) {
        synchronized (streams) {
            streams.remove(stream);
            if (streams.isEmpty()) {
                told.clear();
            }
        }
    }

    private List<EventStream> all() {
        synchronized (streams) {
            return List.copyOf(streams);
        }
    }

    private void look() {
        try {
            if (!all().isEmpty()) {
                states.forEach(this::tell);
                if (++looks % LOOKS_PER_PING == 0) {
                    all().forEach(EventHub::keep);
                }
            }
            failing = false;
        } catch (RehomeException e) {
            if (!failing) {
                LOG.warn("events: {}", e.getMessage());
            }
            failing = true;
        } catch (RuntimeException e) {
            LOG.error("events: an error of Rehome itself", e); // and on with it: those who watch would not know
        }
    }

    private void tell(String event, Supplier<Object> state) {
        String data = DashboardJson.write(state.get());
        List<EventStream> everybody;
        synchronized (streams) {
            if (data.equals(told.put(event, data))) {
                return;
            }
            everybody = List.copyOf(streams);
        }
        everybody.forEach(stream -> stream.tell(event, data));
    }

    private static void keep(EventStream stream) {
        if (!stream.mayStay()
                || stream.stalledNanos() > LONGEST_STALL.toNanos()
                || stream.ageNanos() > LONGEST_STREAM.toNanos()) {
            stream.end();
        } else {
            stream.ping();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        all().forEach(EventStream::end);
    }
}
