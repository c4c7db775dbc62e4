package dev.rehome.bench.requestpath;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
import org.jspecify.annotations.Nullable;

/**
 * Measures all variants interleaved: a round makes several passes, each of which runs every variant with every scenario for
 * a slice of time, in an order drawn anew. What disturbs the machine for a while thus disturbs all of them, and a ratio
 * taken within a round is nearly clean of it.
 *
 * @param warmUp rounds that are run first and thrown away
 * @param rounds rounds that count
 * @param length of a round; all slices have the same share of it
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

    private record Part(Variant variant, Scenario scenario) {
        Cell cell() {
            return new Cell(variant.name(), scenario);
        }
    }

    /** What a round adds up of a cell. */
    private static final class Tally {
        private final Histogram latencies = new Histogram(DIGITS);
        private long nanos;
    }

    /** @param slice a short one compares better on a machine that others use, a long one has less of beginning and ending */
    Map<Cell, Series> run(List<Variant> variants, int threads, Duration slice, Consumer<String> progress)
            throws InterruptedException, ExecutionException {
        Random random = new Random(seed);
        List<Part> parts = new ArrayList<>();
        Map<Cell, Series> series = new LinkedHashMap<>();
        for (Variant variant : variants) {
            for (Scenario scenario : Scenario.values()) {
                Part part = new Part(variant, scenario);
                parts.add(part);
                series.put(part.cell(), new Series(new Histogram(DIGITS), new ArrayList<>(), new ArrayList<>()));
            }
        }
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 1 - warmUp; round <= rounds; round++) {
                progress.accept(round <= 0 ? "warming up" : "round " + round + "/" + rounds);
                Map<Cell, Tally> tallies = round(parts, slice, threads, workers, random);
                if (round > 0) {
                    tallies.forEach((cell, tally) -> add(series.get(cell), tally));
                }
            }
        } finally {
            workers.shutdownNow();
        }
        return series;
    }

    private static void add(@Nullable Series series, Tally tally) {
        if (series != null) {
            series.latencies.add(tally.latencies);
            series.p50Nanos.add((double) tally.latencies.getValueAtPercentile(50));
            series.perSecond.add(tally.latencies.getTotalCount() * 1e9 / tally.nanos);
        }
    }

    private Map<Cell, Tally> round(
            List<Part> parts, Duration slice, int threads, ExecutorService workers, Random random)
            throws InterruptedException, ExecutionException {
        long passes = Math.max(1, length.dividedBy(slice) / parts.size());
        Map<Cell, Tally> tallies = new HashMap<>();
        for (long pass = 0; pass < passes; pass++) {
            Collections.shuffle(parts, random);
            for (Part part : parts) {
                Tally tally = tallies.computeIfAbsent(part.cell(), cell -> new Tally());
                run(part, slice, threads, workers, random.nextLong(), tally);
            }
        }
        return tallies;
    }

    private void run(Part part, Duration slice, int threads, ExecutorService workers, long partSeed, Tally tally)
            throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        List<Future<Histogram>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int worker = i;
            running.add(workers.submit(
                    () -> work(part, worker, threads, begin + slice.toNanos(), new Random(partSeed + worker))));
        }
        for (Future<Histogram> one : running) {
            tally.latencies.add(one.get());
        }
        tally.nanos += System.nanoTime() - begin;
    }

    /** Each worker has customers of its own, so that no two change the same cart. */
    private Histogram work(Part part, int worker, int workers, long endNanos, Random random) {
        Histogram latencies = new Histogram(DIGITS);
        long now = System.nanoTime();
        do {
            int customer = random.nextInt(customers / workers) * workers + worker;
            long begin = now;
            part.scenario.run(part.variant, customer);
            now = System.nanoTime();
            latencies.recordValue(now - begin);
        } while (now < endNanos);
        return latencies;
    }
}
