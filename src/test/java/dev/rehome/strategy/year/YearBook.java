package dev.rehome.strategy.year;

import dev.rehome.config.DailyWindow;
import dev.rehome.config.StrategyRules;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.strategy.FleetFacts;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.Reason.Kind;
import dev.rehome.strategy.TenantFacts;
import dev.rehome.tenant.TenantId;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened in a simulated year, and whether the strategy kept its rules. The rules are checked by other code than the one that
 * keeps them.
 */
final class YearBook {
    private static final Duration DAY = Duration.ofDays(1);
    private static final double SCHEMA_CUSTOMERS = 10_000;
    private static final double DATABASE_CUSTOMERS = 100_000;
    private static final double DATABASE_ORDERS = 500_000;
    private static final long SLOW_MILLIS = 200;
    private static final double DOWN = 0.7;

    private final StrategyRules rules;
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private final Map<LocalDate, Integer> nights = new TreeMap<>();
    private final List<Begun> begun = new ArrayList<>();
    private final Map<TenantId, List<Begun>> byTenant = new HashMap<>();
    private Map<TenantId, TenantFacts> facts = Map.of();
    private long plans;
    private long mostBytesInAnHour;
    private long longestQueue;
    private int manyMoves;

    private record Begun(Instant at, Tier from, Tier to, Kind kind, long bytes) {
        int direction() {
            return to.compareTo(from);
        }
    }

    YearBook(StrategyRules rules) {
        this.rules = rules;
    }

    List<String> violations() {
        return violations;
    }

    int moves() {
        return begun.size();
    }

    int moves(Kind kind) {
        return (int) begun.stream().filter(move -> move.kind() == kind).count();
    }

    void planned(Instant now, Plan plan, FleetFacts known) {
        plans++;
        longestQueue = Math.max(longestQueue, plan.lines().size());
        facts = new HashMap<>();
        known.tenants().forEach(tenant -> facts.put(tenant.placement().tenant(), tenant));
    }

    void begun(Instant now, PlanLine line, Home from) {
        Begun move = new Begun(
                now,
                from.tier(),
                line.target().tier(),
                line.reason().kind(),
                line.bytes().orElse(0));
        reasons.merge(
                line.reason().kind() + " " + from.tier() + " -> "
                        + line.target().tier(),
                1,
                Integer::sum);
        checkWindow(move);
        checkReason(line, move);
        checkTurns(line.tenant(), move);
        begun.add(move);
        checkLimits(move);
        byTenant.computeIfAbsent(line.tenant(), first -> new ArrayList<>()).add(move);
    }

    private void checkWindow(Begun move) {
        DailyWindow window = rules.windows().get(0);
        ZonedDateTime local = move.at().atZone(window.zone());
        LocalTime time = local.toLocalTime();
        boolean open = !time.isBefore(window.from()) || time.isBefore(window.until());
        require(open, "begun outside the window", move);
        nights.merge(
                time.isBefore(window.until()) ? local.toLocalDate().minusDays(1) : local.toLocalDate(),
                1,
                Integer::sum);
    }

    private void checkLimits(Begun move) {
        int most = nights.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        require(most <= rules.movesPerNight().orElse(Integer.MAX_VALUE), "too many moves in a night", move);
        long moves = begun.stream()
                .filter(each -> each.at().isAfter(move.at().minus(Duration.ofHours(1))))
                .count();
        long bytes = begun.stream()
                .filter(each -> each.at().isAfter(move.at().minus(Duration.ofHours(1))))
                .mapToLong(Begun::bytes)
                .sum();
        mostBytesInAnHour = Math.max(mostBytesInAnHour, bytes);
        // One that is larger by itself goes alone.
        require(moves == 1 || bytes <= rules.bytesPerHour().orElse(Long.MAX_VALUE), "too many bytes in an hour", move);
    }

    private void checkTurns(TenantId tenant, Begun move) {
        List<Begun> before = byTenant.getOrDefault(tenant, List.of());
        if (!before.isEmpty()) {
            Begun last = before.get(before.size() - 1);
            Duration between = Duration.between(last.at(), move.at());
            require(
                    between.compareTo(DAY) > 0 || (last.direction() * move.direction()) >= 0,
                    "two ways in a day, tenant " + tenant,
                    move);
            require(between.compareTo(rules.coolDown()) > 0, "not cooled down, tenant " + tenant, move);
        }
    }

    /** That the figures are as the reason says. */
    private void checkReason(PlanLine line, Begun move) {
        TenantFacts tenant = facts.get(line.tenant());
        if (tenant == null || tenant.statistics().isEmpty()) {
            require(false, "no figures for " + line, move);
            return;
        }
        TenantStatistics is = tenant.statistics().get();
        long customers = is.rowsOf("customers");
        long orders = is.rowsOf("orders");
        long millis = is.averageQueryTime().toMillis();
        boolean right = switch (move.kind()) {
            case QUERY_TIME -> millis >= SLOW_MILLIS && move.to() == Tier.DATABASE;
            case SIZE ->
                move.to() == Tier.DATABASE
                        ? customers > DATABASE_CUSTOMERS || orders > DATABASE_ORDERS
                        : customers > SCHEMA_CUSTOMERS;
            case SHRUNK ->
                (move.from() == Tier.DATABASE && move.to() == Tier.SCHEMA)
                        ? customers <= DOWN * DATABASE_CUSTOMERS && orders <= DOWN * DATABASE_ORDERS
                        : customers <= DOWN * SCHEMA_CUSTOMERS;
            case REGION, OVERRIDE, SCHEMAS, LOAD -> false; // nothing of this year asks for these
        };
        require(right, "not explained: " + line.reason().text() + ", but " + is, move);
    }

    private void require(boolean kept, String rule, Begun move) {
        if (!kept) {
            violations.add(rule + ": " + move);
        }
    }

    void tenants(List<SimulatedStorefront> storefronts) {
        manyMoves = (int) storefronts.stream().filter(each -> each.moves() > 2).count();
        int most =
                storefronts.stream().mapToInt(SimulatedStorefront::moves).max().orElse(0);
        require(
                most <= 4,
                "a storefront was moved " + most + " times",
                new Begun(Instant.EPOCH, Tier.SHARED, Tier.SHARED, Kind.SIZE, 0));
    }

    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%,d plans, %,d moves begun in %,d nights:%n", plans, begun.size(), nights.size());
        reasons.forEach((reason, count) -> out.printf(Locale.ROOT, "  %-32s %,6d%n", reason, count));
        out.printf(
                Locale.ROOT,
                "Most in a night %d (allowed %d), most in an hour %.2f GB (allowed %.2f, or one alone), longest queue %,d.%n",
                nights.values().stream().mapToInt(Integer::intValue).max().orElse(0),
                rules.movesPerNight().orElse(0),
                mostBytesInAnHour / 1e9,
                rules.bytesPerHour().orElse(0) / 1e9,
                longestQueue);
        out.printf(
                Locale.ROOT,
                "Storefronts moved once %,d, twice %,d, more often %,d; both ways %,d.%n",
                byTenant.values().stream().filter(moves -> moves.size() == 1).count(),
                byTenant.values().stream().filter(moves -> moves.size() == 2).count(),
                manyMoves,
                byTenant.values().stream().filter(YearBook::wentBothWays).count());
        out.printf(Locale.ROOT, "Rules broken: %d.%n", violations.size());
        violations.stream().limit(10).forEach(violation -> out.println("  " + violation));
    }

    private static boolean wentBothWays(List<Begun> moves) {
        return moves.stream().anyMatch(move -> move.direction() > 0)
                && moves.stream().anyMatch(move -> move.direction() < 0);
    }
}
