package dev.rehome.bench;

import java.util.List;
import java.util.Locale;

/** What the repetitions of a figure said. */
public record Spread(double min, double median, double max, int repetitions) {
    public static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("Nothing was measured.");
        }
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(
                rounded(sorted.get(0)), rounded(median), rounded(sorted.get(sorted.size() - 1)), sorted.size());
    }

    public static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f (%.3f-%.3f, %d times)", median, min, max, repetitions);
    }
}
