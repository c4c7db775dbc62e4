package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The figures, in the shape of the JSON file: ratios at the top, keyed by target where there is one of each; everything
 * else, their spread included, below {@code details}. A figure that was not measured is absent.
 */
final class Figures {
    private final Map<String, Object> top = new LinkedHashMap<>();
    private final Map<String, Object> details = new LinkedHashMap<>();

    void put(String name, Object figure) {
        top.put(name, figure);
    }

    /** The median at the top, the spread with the details. */
    void put(String name, Spread spread) {
        top.put(name, spread.median());
        detail(name, spread);
    }

    /** As {@link #put(String, Spread)}, one for each target. */
    void put(String name, Target target, Spread spread) {
        under(top, name).put(target.label(), spread.median());
        under(details, name).put(target.label(), spread);
    }

    void detail(String name, Object detail) {
        details.put(name, detail);
    }

    void detail(String name, Target target, Object detail) {
        under(details, name).put(target.label(), detail);
    }

    @SuppressWarnings("unchecked") // only maps of this shape are put under these names
    private static Map<String, Object> under(Map<String, Object> figures, String name) {
        return (Map<String, Object>) figures.computeIfAbsent(name, key -> new LinkedHashMap<String, Object>());
    }

    Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>(top);
        all.put("details", details);
        return all;
    }

    /** The top for people. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        top.forEach((name, figure) -> {
            Object spread = details.getOrDefault(name, figure);
            if (spread instanceof Map<?, ?> byTarget) {
                byTarget.forEach((target, one) -> lines.append(String.format("%-22s %-10s %s%n", name, target, one)));
            } else {
                lines.append(String.format("%-22s %-10s %s%n", name, "", spread));
            }
        });
        return lines.toString();
    }
}
