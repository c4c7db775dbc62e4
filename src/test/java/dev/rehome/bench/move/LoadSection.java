package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import dev.rehome.connection.TenantConnections;
import dev.rehome.connection.WarmUp;
import dev.rehome.move.MovePhase;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Moves under load, there and back, with stretches without a move in between: what the clients of the storefront feel of the
 * cutovers, and what the neighbours feel of everything.
 */
final class LoadSection {
    static final int WRITERS = 8;
    private static final int NEIGHBOURS = 4;
    private static final Duration NEIGHBOURS_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_QUIET = Duration.ofSeconds(30);

    private final Market market;
    private final Duration writersPause;
    private final Consumer<String> progress;

    /** @param writersPause on average, after each transaction of the storefront that is moved */
    LoadSection(Market market, Duration writersPause, Consumer<String> progress) {
        this.market = market;
        this.writersPause = writersPause;
        this.progress = progress;
    }

    /**
     * What clients noticed.
     *
     * @param pause of the storefront's transactions that met the fence of a cutover
     * @param otherFences of those that met a fence which only switched capture
     * @param undisturbed of those while nothing moved
     * @param longestOfACutover in milliseconds, of each
     * @param fenceMillis how long the fence of each cutover was up, postponed ones included
     * @param neighbourRatios p99 of the neighbours during a move, to that of the quiet stretch before it, of each move
     * @param neighboursP99Millis by phase, and of the quiet stretches
     */
    record Felt(
            int cutovers,
            long transactions,
            long failed,
            List<String> failures,
            Histogram pause,
            Histogram otherFences,
            Histogram undisturbed,
            List<Double> longestOfACutover,
            List<Double> fenceMillis,
            double neighbourRatio,
            List<Double> neighbourRatios,
            Map<String, Double> neighboursP99Millis,
            List<String> postponements) {}

    Felt run(TenantId tenant, List<Target> targets, int cutovers) throws Exception {
        Latencies own = new Latencies();
        Latencies others = new Latencies();
        List<TimedMove.Timing> moves = new ArrayList<>();
        List<Span> moving = new ArrayList<>();
        List<Span> quiet = new ArrayList<>();
        TimedMove mover = new TimedMove(market, progress);
        try (TenantConnections connections = market.connections();
                WarmUp warmUp = market.warmUp(connections);
                Clients writers = Clients.start(connections, List.of(tenant), WRITERS, writersPause, own);
                Clients neighbours =
                        Clients.start(connections, market.neighbours(), NEIGHBOURS, NEIGHBOURS_PAUSE, others)) {
            warmUp.start();
            sleep(Duration.ofSeconds(3));
            Duration length = Duration.ofSeconds(3);
            for (int move = 0; 2 * move < cutovers; move++) {
                Target target = targets.get(move % targets.size());
                quiet.add(stretch(() -> sleep(length)));
                progress.accept("under load to " + target.label() + ", cutovers " + 2 * move + "/" + cutovers);
                Span span = stretch(() -> moves.add(mover.thereAndBack(tenant, target, TimedMove.Interlude.NONE)));
                moving.add(span);
                Duration took = Duration.ofNanos(span.end() - span.begin());
                quiet.add(stretch(() -> sleep(took.compareTo(LONGEST_QUIET) < 0 ? took : LONGEST_QUIET)));
            }
            requireAtWork(writers, neighbours);
        }
        return felt(own, others, moves, moving, quiet);
    }

    private static void requireAtWork(Clients... clients) {
        for (Clients one : clients) {
            if (!one.atWork()) {
                throw new IllegalStateException("A client has stopped.");
            }
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static Span stretch(Step step) throws Exception {
        long begin = System.nanoTime();
        step.run();
        return new Span(begin, System.nanoTime());
    }

    private static void sleep(Duration duration) throws InterruptedException {
        Deadline.in(duration).sleep(duration);
    }

    private static Felt felt(
            Latencies own, Latencies others, List<TimedMove.Timing> moves, List<Span> moving, List<Span> quiet) {
        List<Span> cutovers =
                moves.stream().flatMap(move -> move.cutovers().stream()).toList();
        List<Span> otherFences =
                moves.stream().flatMap(move -> move.otherFences().stream()).toList();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < moving.size(); i++) {
            ratios.add(p99(others, List.of(moving.get(i))) / p99(others, quiet.subList(2 * i, 2 * i + 2)));
        }
        Map<String, Double> p99 = new LinkedHashMap<>();
        p99.put("quiet", Spread.rounded(p99(others, quiet) / 1e6));
        p99.put("moving", Spread.rounded(p99(others, moving) / 1e6));
        Map<MovePhase, List<Span>> phases = new EnumMap<>(MovePhase.class);
        moves.forEach(move -> move.phases()
                .forEach((phase, span) ->
                        phases.computeIfAbsent(phase, p -> new ArrayList<>()).add(span)));
        phases.forEach((phase, spans) -> p99.put(phase.name(), Spread.rounded(p99(others, spans) / 1e6)));
        return new Felt(
                2 * moves.size(),
                own.count() + own.failed() + others.count() + others.failed(),
                own.failed() + others.failed(),
                Stream.concat(own.failures().stream(), others.failures().stream())
                        .toList(),
                own.overlapping(cutovers),
                own.overlapping(otherFences),
                own.overlapping(quiet),
                cutovers.stream()
                        .map(cutover -> own.overlapping(List.of(cutover)).getMaxValue() / 1e6)
                        .toList(),
                cutovers.stream()
                        .map(cutover -> (cutover.end() - cutover.begin()) / 1e6)
                        .toList(),
                p99(others, moving) / p99(others, quiet),
                ratios,
                p99,
                moves.stream().flatMap(move -> move.postponements().stream()).toList());
    }

    private static double p99(Latencies latencies, List<Span> stretches) {
        return latencies.overlapping(stretches).getValueAtPercentile(99);
    }

    /** With the details of one storefront's moves. */
    Map<String, Object> describe(Felt felt) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("writers", WRITERS);
        details.put("writersPauseMillis", writersPause.toMillis());
        details.put("neighbours", NEIGHBOURS);
        details.put("neighboursPauseMillis", NEIGHBOURS_PAUSE.toMillis());
        details.put("cutovers", felt.cutovers());
        details.put("transactions", felt.transactions());
        details.put("failures", felt.failures());
        details.put("transactionsThatMetACutover", felt.pause().getTotalCount());
        details.put("pauseMillis", Latencies.millis(felt.pause()));
        details.put("otherFencesMillis", Latencies.millis(felt.otherFences()));
        details.put("undisturbedMillis", Latencies.millis(felt.undisturbed()));
        details.put("longestMillisOfACutover", Spread.of(felt.longestOfACutover()));
        details.put("fenceMillis", Spread.of(felt.fenceMillis()));
        details.put("postponements", felt.postponements());
        details.put("neighbourP99Ratio", Spread.rounded(felt.neighbourRatio()));
        details.put("neighbourP99RatioOfEachMove", Spread.of(felt.neighbourRatios()));
        details.put("neighboursP99Millis", felt.neighboursP99Millis());
        return details;
    }
}
