package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import dev.rehome.capture.CatchUp;
import dev.rehome.capture.ChangeLog;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.Lease;
import dev.rehome.move.MovePhase;
import dev.rehome.placement.Servers;
import dev.rehome.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How fast changes are applied, to how fast eight writers can write: the writers work alone for a while, then what they have
 * written is caught up with alone, in turn; after that both at once. Done in the middle of a move, before its cutover.
 */
final class CatchUpSection {
    private static final Duration WRITING = Duration.ofSeconds(5);

    private final Market market;
    private final Consumer<String> progress;
    private final List<Double> ratios = new ArrayList<>();
    private final List<Double> written = new ArrayList<>();
    private final List<Double> applied = new ArrayList<>();
    private final Map<String, Object> besideWriters = new LinkedHashMap<>();

    CatchUpSection(Market market, Consumer<String> progress) {
        this.market = market;
        this.progress = progress;
    }

    void run(List<Target> targets, int rounds, Figures figures) throws Exception {
        for (Target target : targets) {
            ratios.clear();
            written.clear();
            applied.clear();
            besideWriters.clear();
            progress.accept("catch-up to " + target.label());
            new TimedMove(market, progress).thereAndBack(market.large(), target, (move, phase) -> {
                if (phase == MovePhase.CUTOVER) {
                    measure(move.lease(), target, rounds);
                }
            });
            figures.put("catchUpToPeakWrites", target, Spread.of(ratios));
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("writtenPerSecond", Spread.of(written));
            details.put("appliedPerSecond", Spread.of(applied));
            details.put("bothAtOnce", new LinkedHashMap<>(besideWriters));
            figures.detail("catchUp", target, details);
            progress.accept("  " + details);
        }
    }

    private void measure(Lease lease, Target target, int rounds) throws Exception {
        Servers servers = market.servers().servers();
        try (TenantConnections connections = market.connections();
                ChangeLog changes = ChangeLog.open(servers, Market.SHARED, lease);
                CatchUp catchUp = CatchUp.open(
                        servers, Market.TENANT_COLUMN, lease, Market.SHARED, target.home(market.large()))) {
            // The first round warms up.
            for (int round = 0; round <= rounds; round++) {
                double writing = write(connections);
                long lag = changes.lagRows();
                long began = System.nanoTime();
                long caughtUp = drain(catchUp);
                double seconds = (System.nanoTime() - began) / 1e9;
                if (caughtUp != lag) {
                    throw new IllegalStateException(caughtUp + " changes of " + lag + " were caught up with.");
                }
                if (round > 0) {
                    written.add(lag / writing);
                    applied.add(lag / seconds);
                    ratios.add(writing / seconds);
                }
            }
            bothAtOnce(connections, changes, catchUp);
        }
    }

    private void bothAtOnce(TenantConnections connections, ChangeLog changes, CatchUp catchUp) throws Exception {
        long began = System.nanoTime();
        long caughtUp = 0;
        try (Clients writers = writers(connections)) {
            Deadline deadline = Deadline.in(WRITING);
            while (!deadline.passed() && writers.atWork()) {
                caughtUp += catchUp.pass().changes();
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long lag = changes.lagRows();
        besideWriters.put("writtenPerSecond", Math.round((caughtUp + lag) / seconds));
        besideWriters.put("appliedPerSecond", Math.round(caughtUp / seconds));
        besideWriters.put("lagRowsAtTheEnd", lag);
        drain(catchUp);
    }

    /** Returns for how many seconds. */
    private double write(TenantConnections connections) throws Exception {
        long began;
        try (Clients writers = writers(connections)) {
            began = System.nanoTime();
            Deadline.in(WRITING).sleep(WRITING);
            if (!writers.atWork()) {
                throw new IllegalStateException("A writer has stopped.");
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private Clients writers(TenantConnections connections) throws Exception {
        return Clients.start(connections, List.of(market.large()), LoadSection.WRITERS, Duration.ZERO, new Latencies());
    }

    private static long drain(CatchUp catchUp) throws Exception {
        long all = 0;
        for (long changes = catchUp.pass().changes();
                changes > 0;
                changes = catchUp.pass().changes()) {
            all += changes;
        }
        return all;
    }
}
