package dev.rehome.bench.requestpath;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Measures all variants interleaved: a round runs every variant with every scenario for a slice of its time, in an order
 * drawn anew for each round. What disturbs the machine for a while thus disturbs all of them, and a ratio taken within a
 * round is clean of it.
 *
 * @param warmUp rounds that are run first and thrown away
 * @param rounds rounds that count
 * @param length of a round; each slice has the same share of it
 * @param seed of the order and of the customers
 */
record Rounds(int warmUp, int rounds, Duration length, int customers, long seed) {
    private static final int DIGITS = 3;

    /** A variant with a scenario. */
    record Cell(Variant.Name variant, Scenario scenario) {}

    /**
     * What was measured of a cell.
     *
     * @param latencies of all rounds together, in nanoseconds
     * @param p50Nanos one for each round
     * @param perSecond transactions, one for each round
     */
    record Series(Histogram latencies, List<Double> p50Nanos, List<Double> perSecond) {}

    private record Slice(Variant variant, Scenario scenario) {}

    private record Outcome(Histogram latencies, double perSecond) {}

    Map<Cell, Series> run(List<Variant> variants, int threads, Consumer<String> progress)
            throws InterruptedException, ExecutionException {
        Random random = new Random(seed);
        List<Slice> slices = new ArrayList<>();
        Map<Cell, Series> series = new LinkedHashMap<>();
        for (Variant variant : variants) {
            for (Scenario scenario : Scenario.values()) {
                slices.add(new Slice(variant, scenario));
                series.put(
                        new Cell(variant.name(), scenario),
                        new Series(new Histogram(DIGITS), new ArrayList<>(), new ArrayList<>()));
            }
        }
        Duration share = length.dividedBy(slices.size());
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 1 - warmUp; round <= rounds; round++) {
                progress.accept(round <= 0 ? "warming up" : "round " + round + "/" + rounds);
                Collections.shuffle(slices, random);
                for (Slice slice : slices) {
                    Outcome outcome = run(slice, share, threads, workers, random.nextLong());
                    Series of = series.get(new Cell(slice.variant.name(), slice.scenario));
                    if (round > 0 && of != null) {
                        of.latencies.add(outcome.latencies);
                        of.p50Nanos.add((double) outcome.latencies.getValueAtPercentile(50));
                        of.perSecond.add(outcome.perSecond);
                    }
                }
            }
        } finally {
            workers.shutdownNow();
        }
        return series;
    }

    private Outcome run(Slice slice, Duration share, int threads, ExecutorService workers, long sliceSeed)
            throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        List<Future<Histogram>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int worker = i;
            running.add(workers.submit(
                    () -> work(slice, worker, threads, begin + share.toNanos(), new Random(sliceSeed + worker))));
        }
        Histogram all = new Histogram(DIGITS);
        for (Future<Histogram> one : running) {
            all.add(one.get());
        }
        return new Outcome(all, all.getTotalCount() * 1e9 / (System.nanoTime() - begin));
    }

    /** Each worker has customers of its own, so that no two change the same cart. */
    private Histogram work(Slice slice, int worker, int workers, long endNanos, Random random) {
        Histogram latencies = new Histogram(DIGITS);
        long now = System.nanoTime();
        do {
            int customer = random.nextInt(customers / workers) * workers + worker;
            long begin = now;
            slice.scenario.run(slice.variant, customer);
            now = System.nanoTime();
            latencies.recordValue(now - begin);
        } while (now < endNanos);
        return latencies;
    }
}
