package dev.rehome.strategy.year;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.config.StrategyRules;
import dev.rehome.cost.FleetCost;
import dev.rehome.move.Experience;
import dev.rehome.move.Experience.Measure;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.EarlierMove;
import dev.rehome.strategy.FleetFacts;
import dev.rehome.strategy.MemoryPlans;
import dev.rehome.strategy.Pace;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.Strategy;
import dev.rehome.tenant.TenantId;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * A year of a fleet through the real strategy, succession of plans and pace, on a clock of its own: what the automation would do by
 * itself, without databases. The same seed gives the same year.
 *
 * <p>{@code mvn -q test-compile exec:java -Dexec.classpathScope=test
 * -Dexec.mainClass=dev.rehome.strategy.year.SimulatedYear -Dexec.args="10000 365 1"}
 */
public final class SimulatedYear {
    /** Of the largest storefront; by Zipf's law the n-th has an n-th of it. */
    private static final double LARGEST = 900_000;

    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SOAK = Duration.ofHours(24);
    private static final int REMEMBERED_MOVES = 50;
    private static final double ROWS_PER_SECOND = 30_000;
    static final String FILE = """
            tenant_strategy:
              default_type: shared
              migration_thresholds:
                schema: { customers: 10000 }
                database: { customers: 100000, orders: 500000, avg_query_time: 200ms }
              database_config:
                shared_database_url: "postgresql://u@host/shop"
                tenant_database_pattern: "postgresql://u@host/storefront_{storefront_id}"
                max_connections_per_tenant: 20
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: 24h }
              strategy:
                auto: on
                settle: 12h
                cool_down: 7d
                windows: ["22:00-05:00 Europe/Berlin"]
                moves_per_night: 10
                bytes_per_hour: 2GB
            """;

    private final StrategyConfig config = StrategyFile.parse("simulated", FILE, name -> null);
    private final StrategyRules rules = config.rules();
    private final List<SimulatedStorefront> storefronts = new ArrayList<>();
    private final Map<TenantId, SimulatedStorefront> byTenant = new HashMap<>();
    private final Map<TenantId, EarlierMove> endings = new HashMap<>();
    private final MemoryPlans plans = new MemoryPlans();
    private final Deque<Measure> measures = new ArrayDeque<>();
    private final YearBook book;
    private final Duration round;
    private final int days;

    /** @param round between one plan and the next */
    SimulatedYear(int tenants, int days, long seed, Duration round) {
        this.days = days;
        this.round = round;
        this.book = new YearBook(rules);
        Random dice = new Random(seed);
        for (int rank = 1; rank <= tenants; rank++) {
            TenantId tenant = TenantId.of(new UUID(seed, rank));
            SimulatedStorefront storefront = new SimulatedStorefront(tenant, LARGEST / rank, config.sharedHome(), dice);
            storefronts.add(storefront);
            byTenant.put(tenant, storefront);
        }
    }

    /** @param arguments tenants, days, seed; each may be left out from the end */
    public static void main(String[] arguments) {
        int tenants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int days = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 365;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        YearBook book = new SimulatedYear(tenants, days, seed, Duration.ofHours(2)).run(System.out);
        book.print(System.out);
        if (!book.violations().isEmpty()) {
            System.exit(1);
        }
    }

    YearBook run(PrintStream out) {
        Instant end = NEW_YEAR.plus(Duration.ofDays(days));
        int month = 0;
        for (Instant now = NEW_YEAR; now.isBefore(end); now = now.plus(round)) {
            Plan plan = round(now);
            int thisMonth = now.atZone(ZoneOffset.UTC).getMonthValue();
            if (thisMonth != month) {
                month = thisMonth;
                out.println(monthly(now, plan));
            }
        }
        book.tenants(storefronts);
        return book;
    }

    private Plan round(Instant now) {
        double day = Duration.between(NEW_YEAR, now).toMinutes() / 1440.0;
        int month = now.atZone(ZoneOffset.UTC).getMonthValue();
        storefronts.forEach(storefront -> endIfOver(storefront, now));
        FleetFacts facts = new FleetFacts(
                now,
                storefronts.stream()
                        .map(storefront -> storefront.facts(now, day, month))
                        .toList(),
                new Experience(measures));
        Plan plan = plans.propose(new Strategy(config).plan(facts, "simulated"));
        book.planned(now, plan, facts);
        plans.approveSettled(now.minus(rules.settle()));
        Pace pace = new Pace(rules);
        for (PlanLine line : pace.at(now, plans.approved(), plans.startsSince(now.minus(pace.memory())))
                .begin()) {
            begin(now, day, line);
        }
        return plan;
    }

    private void begin(Instant now, double day, PlanLine line) {
        SimulatedStorefront storefront = byTenant.get(line.tenant());
        if (storefront == null) {
            throw new IllegalStateException("a plan for nobody: " + line);
        }
        long rows = storefront.rows(day);
        Duration copy =
                Duration.ofMillis(Math.round(rows / ROWS_PER_SECOND * 1000)).plusSeconds(2);
        Home from = storefront.home();
        plans.started(line, now);
        storefront.move(line.target(), now.plus(copy).plus(SOAK));
        endings.put(
                line.tenant(),
                new EarlierMove(
                        from.tier(),
                        line.target().tier(),
                        now.plus(copy).plus(SOAK),
                        Optional.of(line.reason().kind())));
        measures.addFirst(new Measure(
                from.tier(),
                line.target().tier(),
                rows <= config.migration().fencedPassRows() ? 0 : rows,
                Duration.ofMillis(20),
                copy,
                false));
        if (measures.size() > REMEMBERED_MOVES) {
            measures.removeLast();
        }
        book.begun(now, line, from);
    }

    private void endIfOver(SimulatedStorefront storefront, Instant now) {
        EarlierMove ending = endings.get(storefront.tenant());
        if (ending != null) {
            storefront.movedIfOver(now, ending);
            if (!ending.ended().isAfter(now)) {
                endings.remove(storefront.tenant());
                plans.done(storefront.tenant());
            }
        }
    }

    private String monthly(Instant now, Plan plan) {
        Map<Tier, Long> tiers = new EnumMap<>(Tier.class);
        storefronts.forEach(storefront -> tiers.merge(storefront.home().tier(), 1L, Long::sum));
        FleetCost cost = plan.cost();
        return String.format(
                Locale.ROOT,
                "%s  shared %,6d  schema %,5d  database %,4d  %,9.0f-%,9.0f %s a month, %s%% less than databases",
                now.atZone(ZoneOffset.UTC).toLocalDate(),
                tiers.getOrDefault(Tier.SHARED, 0L),
                tiers.getOrDefault(Tier.SCHEMA, 0L),
                tiers.getOrDefault(Tier.DATABASE, 0L),
                cost.now().low(),
                cost.now().high(),
                cost.currency(),
                cost.savingPercentNow());
    }
}
