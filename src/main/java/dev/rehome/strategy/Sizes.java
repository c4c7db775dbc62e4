package dev.rehome.strategy;

import dev.rehome.config.MigrationThresholds;
import dev.rehome.config.MigrationThresholds.Threshold;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.strategy.Reason.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which tier a tenant's size and its queries ask for, by the thresholds. Immutable. */
final class Sizes {
    /** The tables whose rows the thresholds are about. */
    private static final String CUSTOMERS = "customers";

    private static final String ORDERS = "orders";
    /** Of a tenant that does less, the mean time of its queries is chance. */
    private static final double TELLING_TRANSACTIONS_PER_SECOND = 1 / 60.0;

    private final MigrationThresholds thresholds;
    private final Tier defaultTier;

    Sizes(MigrationThresholds thresholds, Tier defaultTier) {
        this.thresholds = thresholds;
        this.defaultTier = defaultTier;
    }

    /** A figure of a tenant's and what it may be. */
    private record Figure(Kind kind, String name, double value, double limit, boolean isTime) {
        boolean isBeyond(double factor) {
            return value > limit * factor;
        }

        double overshoot() {
            return limit == 0 ? value : value / limit;
        }

        String above() {
            return name + " " + shown(value) + " > " + shown(limit);
        }

        String below(double factor) {
            return name + " " + shown(value) + " <= " + shown(limit * factor);
        }

        private String shown(double number) {
            return isTime
                    ? String.format(Locale.ROOT, "%,.0f ms", number)
                    : String.format(Locale.ROOT, "%,d", Math.round(number));
        }
    }

    /** A tier, and why. */
    record Asked(Tier tier, Reason reason, double urgency) {}

    /** Tables that the thresholds are about and that have not been counted. */
    List<String> notCounted(TenantStatistics statistics) {
        return Stream.of(thresholds.schema(), thresholds.database())
                .flatMap(threshold -> Stream.of(
                        threshold.customers().isPresent() ? CUSTOMERS : "",
                        threshold.orders().isPresent() ? ORDERS : ""))
                .distinct()
                .filter(table -> !table.isEmpty() && !statistics.rows().containsKey(table))
                .toList();
    }

    /** A higher tier than the one it is in, if it has outgrown that. */
    Optional<Asked> up(Tier current, TenantStatistics statistics) {
        for (Tier tier : List.of(Tier.DATABASE, Tier.SCHEMA)) {
            if (tier.compareTo(current) > 0) {
                List<Figure> beyond = figures(tier, statistics).stream()
                        .filter(figure -> figure.isBeyond(1))
                        .toList();
                if (!beyond.isEmpty()) {
                    return Optional.of(asked(tier, beyond));
                }
            }
        }
        return defaultTier.compareTo(current) > 0
                ? Optional.of(new Asked(defaultTier, new Reason(Kind.SIZE, "default_type is " + lower(defaultTier)), 0))
                : Optional.empty();
    }

    private static Asked asked(Tier tier, List<Figure> beyond) {
        Kind kind = beyond.stream().anyMatch(figure -> figure.kind() == Kind.SIZE) ? Kind.SIZE : Kind.QUERY_TIME;
        return new Asked(
                tier,
                new Reason(kind, beyond.stream().map(Figure::above).collect(Collectors.joining(", "))),
                beyond.stream().mapToDouble(Figure::overshoot).max().orElse(1));
    }

    /**
     * A lower tier than the one it is in, if it has shrunk below the factor's part of everything that asks for that.
     *
     * @param factor below 1, so that who is near a threshold does not go to and fro
     */
    Optional<Asked> down(Tier current, TenantStatistics statistics, double factor) {
        Tier wanted = defaultTier;
        for (Tier tier : List.of(Tier.SCHEMA, Tier.DATABASE)) {
            if (tier.compareTo(wanted) > 0
                    && figures(tier, statistics).stream().anyMatch(figure -> figure.isBeyond(factor))) {
                wanted = tier;
            }
        }
        if (wanted.compareTo(current) >= 0) {
            return Optional.empty();
        }
        List<Figure> kept = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            if (tier.compareTo(wanted) > 0 && tier.compareTo(current) <= 0) {
                figures(tier, statistics).stream()
                        .filter(figure ->
                                kept.stream().noneMatch(other -> other.name().equals(figure.name())))
                        .forEach(kept::add);
            }
        }
        String text = kept.isEmpty()
                ? "nothing asks for a " + lower(current) + ", and default_type is " + lower(defaultTier)
                : kept.stream().map(figure -> figure.below(factor)).collect(Collectors.joining(", ")) + " ("
                        + Math.round(factor * 100) + "% of the thresholds)";
        return Optional.of(new Asked(wanted, new Reason(Kind.SHRUNK, text), 0));
    }

    /** What comes nearest to a threshold of a higher tier, if it has come to the part of it. */
    Optional<Nearness> near(Tier current, TenantStatistics statistics, double part) {
        return Stream.of(Tier.values())
                .filter(tier -> tier.compareTo(current) > 0)
                .flatMap(tier -> figures(tier, statistics).stream()
                        .filter(figure -> figure.value() > 0 && figure.value() >= figure.limit() * part)
                        .map(figure -> new Nearness(
                                statistics.tenant(), current, tier, figure.name(), figure.value(), figure.limit())))
                .max(Comparator.comparingDouble(Nearness::part));
    }

    private List<Figure> figures(Tier tier, TenantStatistics statistics) {
        Threshold threshold = switch (tier) {
            case SHARED -> Threshold.NONE;
            case SCHEMA -> thresholds.schema();
            case DATABASE -> thresholds.database();
        };
        List<Figure> figures = new ArrayList<>();
        add(figures, CUSTOMERS, threshold.customers(), statistics);
        add(figures, ORDERS, threshold.orders(), statistics);
        if (statistics.transactionsPerSecond() >= TELLING_TRANSACTIONS_PER_SECOND) {
            threshold
                    .averageQueryTime()
                    .ifPresent(limit -> figures.add(new Figure(
                            Kind.QUERY_TIME,
                            "avg_query_time",
                            millis(statistics.averageQueryTime()),
                            millis(limit),
                            true)));
        }
        return figures;
    }

    private static void add(List<Figure> figures, String table, OptionalLong limit, TenantStatistics statistics) {
        if (limit.isPresent()) {
            figures.add(new Figure(Kind.SIZE, table, statistics.rowsOf(table), limit.getAsLong(), false));
        }
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static String lower(Tier tier) {
        return tier.name().toLowerCase(Locale.ROOT);
    }
}
