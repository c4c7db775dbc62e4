package dev.rehome.strategy;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.move.Experience;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A fleet that exists on paper only: tenants with the figures that a test gives them. */
final class PlannedFleet {
    static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final String FILE = """
            tenant_strategy:
              default_type: shared
              migration_thresholds: THRESHOLDS
            OVERRIDES
              database_config:
                shared_database_url: "postgresql://u@host/shop"
                tenant_database_pattern: "postgresql://u@host/storefront_{storefront_id}"
                max_connections_per_tenant: 20
                region: us
                servers:
                  eu-1: { region: eu, url: "postgresql://u@eu-1/shop" }
                  eu-2: { region: eu, url: "postgresql://u@eu-2/shop" }
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: 24h }
            STRATEGY
            """;
    static final String FLAT = "{ customers: 100000, orders: 500000, avg_query_time: 200ms }";
    static final String HYBRID = "{ schema: { customers: 10000 },"
            + " database: { customers: 100000, orders: 500000, avg_query_time: 200ms } }";

    private final StrategyConfig config;
    private final List<TenantFacts> tenants = new ArrayList<>();

    PlannedFleet(String thresholds) {
        this(thresholds, "", "");
    }

    /** @param strategy the section of that name, without its key */
    PlannedFleet(String thresholds, String overrides, String strategy) {
        this.config = config(thresholds, overrides, strategy);
    }

    static StrategyConfig config(String thresholds, String overrides, String strategy) {
        return StrategyFile.parse(
                "test",
                FILE.replace("THRESHOLDS", thresholds)
                        .replace("OVERRIDES", overrides.isEmpty() ? "" : "  tenant_overrides: " + overrides)
                        .replace("STRATEGY", strategy.isEmpty() ? "" : "  strategy: { " + strategy + " }"),
                name -> null);
    }

    StrategyConfig config() {
        return config;
    }

    static TenantId tenant(int number) {
        return TenantId.of(new UUID(0, number));
    }

    /** What a tenant may have, with its usual values. */
    static final class Figures {
        private long customers;
        private long orders;
        private Duration queryTime = Duration.ofMillis(20);
        private double transactions = 1;
        private Instant measuredAt = NOW;
        private boolean measured = true;
        private boolean active = true;
        private boolean inMove;
        private Optional<EarlierMove> latest = Optional.empty();
        private String server = "default";

        static Figures customers(long customers) {
            Figures figures = new Figures();
            figures.customers = customers;
            figures.orders = customers * 2;
            return figures;
        }

        Figures orders(long value) {
            orders = value;
            return this;
        }

        Figures queryTime(Duration value) {
            queryTime = value;
            return this;
        }

        Figures transactions(double perSecond) {
            transactions = perSecond;
            return this;
        }

        Figures measuredAt(Instant at) {
            measuredAt = at;
            return this;
        }

        Figures notMeasured() {
            measured = false;
            return this;
        }

        Figures notActive() {
            active = false;
            return this;
        }

        Figures inMove() {
            inMove = true;
            return this;
        }

        Figures moved(Tier from, Tier to, Duration ago, Reason.Kind because) {
            latest = Optional.of(new EarlierMove(from, to, NOW.minus(ago), Optional.of(because)));
            return this;
        }

        Figures on(String name) {
            server = name;
            return this;
        }
    }

    PlannedFleet with(int number, Tier tier, Figures figures) {
        TenantId tenant = tenant(number);
        Home home = config.homeFor(tenant, tier, figures.server);
        tenants.add(new TenantFacts(
                new Placement(tenant, home, new Epoch(1)),
                figures.active,
                figures.inMove,
                figures.measured
                        ? Optional.of(new TenantStatistics(
                                tenant,
                                figures.measuredAt,
                                Map.of("customers", figures.customers, "orders", figures.orders),
                                (figures.customers + figures.orders) * 200,
                                figures.transactions,
                                figures.transactions,
                                figures.queryTime,
                                figures.queryTime))
                        : Optional.empty(),
                figures.latest));
        return this;
    }

    Plan plan() {
        return new Strategy(config).plan(new FleetFacts(NOW, tenants, Experience.NONE), "test");
    }

    /** As in {@code 1 SHARED of SCHEMA customers 9,000 of 10,000}. */
    List<String> near(double part) {
        return new Strategy(config)
                .near(new FleetFacts(NOW, tenants, Experience.NONE), part).stream()
                        .map(near -> String.format(
                                Locale.ROOT,
                                "%d %s of %s %s %,.0f of %,.0f",
                                number(near.tenant()),
                                near.tier(),
                                near.next(),
                                near.figure(),
                                near.value(),
                                near.limit()))
                        .toList();
    }

    /** The moves, as in {@code 1 SHARED default -> DATABASE default SIZE: orders 600,000 > 500,000}. */
    List<String> wishes() {
        return plan().lines().stream().map(PlannedFleet::shown).toList();
    }

    /** Who stays, as in {@code 1 STALE}. */
    List<String> left() {
        return plan().left().stream()
                .map(left -> number(left.tenant()) + " " + left.kind())
                .toList();
    }

    private static String shown(PlanLine line) {
        Home from = line.source().home();
        Home to = line.target();
        return number(line.tenant()) + " " + from.tier() + " " + from.database().server() + " -> " + to.tier() + " "
                + to.database().server() + " " + line.reason().kind() + ": "
                + line.reason().text();
    }

    private static long number(TenantId tenant) {
        return tenant.value().getLeastSignificantBits();
    }
}
