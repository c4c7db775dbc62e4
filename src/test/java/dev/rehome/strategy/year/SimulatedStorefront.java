package dev.rehome.strategy.year;

import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.strategy.EarlierMove;
import dev.rehome.strategy.TenantFacts;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A storefront of the simulation. It opens, grows towards its size in the shape of an S, and a few give up again; its trade has seasons,
 * and a sale that some take part in.
 */
final class SimulatedStorefront {
    private static final double ORDERS_PER_CUSTOMER_MOST = 8;
    private static final long BYTES_PER_ROW = 180;
    private static final int SALE_FIRST_DAY = 320;
    private static final int SALE_DAYS = 4;
    private static final double[] SEASON = {0.8, 0.8, 0.9, 0.9, 1, 1, 0.9, 0.8, 1, 1.1, 1.6, 1.9};

    private final TenantId tenant;
    private final double size;
    private final double ordersPerCustomer;
    private final double opensOnDay;
    private final double growthDays;
    private final double closesOnDay;
    private final boolean joinsSale;
    private final double slowness;
    private Home home;
    private long epoch = 1;
    private Optional<EarlierMove> latest = Optional.empty();
    private Optional<Instant> movesUntil = Optional.empty();
    private int moves;

    /** @param size how many customers it will have */
    SimulatedStorefront(TenantId tenant, double size, Home home, Random dice) {
        this.tenant = tenant;
        this.size = size;
        this.home = home;
        this.ordersPerCustomer = 2 + dice.nextDouble() * (ORDERS_PER_CUSTOMER_MOST - 2);
        this.opensOnDay = dice.nextDouble() < 0.6 ? -dice.nextInt(700) : dice.nextInt(330);
        this.growthDays = 60 + dice.nextInt(200);
        this.closesOnDay = dice.nextDouble() < 0.1 ? dice.nextInt(500) : Double.MAX_VALUE;
        this.joinsSale = dice.nextDouble() < 0.15;
        // Few are slow by nature: bad filters, wide searches.
        this.slowness = dice.nextDouble() < 0.002 ? 8 : 0.5 + dice.nextDouble();
    }

    TenantId tenant() {
        return tenant;
    }

    Home home() {
        return home;
    }

    int moves() {
        return moves;
    }

    Placement placement() {
        return new Placement(tenant, home, new Epoch(epoch));
    }

    private double customersOn(double day) {
        double grown = size / (1 + Math.exp(-6 * ((day - opensOnDay) / growthDays - 0.5)));
        double gone = day <= closesOnDay ? 1 : Math.exp(-(day - closesOnDay) / 40);
        // Registrations come and are purged: who is near a threshold crosses it again and again.
        double ripple = 1 + 0.04 * Math.sin(day * 1.7 + size);
        return day < opensOnDay ? 0 : grown * gone * ripple;
    }

    private double trade(double day, int month) {
        double weekend = 1 + 0.3 * Math.sin(day * 2 * Math.PI / 7);
        boolean sale = joinsSale && day >= SALE_FIRST_DAY && day < SALE_FIRST_DAY + SALE_DAYS;
        return SEASON[month - 1] * weekend * (sale ? 9 : 1);
    }

    long rows(double day) {
        double customers = customersOn(day);
        return Math.round(customers * (1 + ordersPerCustomer * 4));
    }

    /** What is measured of it now. */
    TenantFacts facts(Instant now, double day, int month) {
        double customers = customersOn(day);
        double orders = customers * ordersPerCustomer;
        double transactions = customers / 20_000 * trade(day, month);
        double ownHome = home.tier() == Tier.DATABASE ? 0.3 : 1;
        Duration queryTime = Duration.ofNanos(Math.round(1e6
                * 14
                * slowness
                * ownHome
                * (1 + Math.min(6, transactions / (home.tier() == Tier.SHARED ? 8 : 80)))));
        TenantStatistics statistics = new TenantStatistics(
                tenant,
                now,
                Map.of("customers", Math.round(customers), "orders", Math.round(orders)),
                rows(day) * BYTES_PER_ROW,
                transactions,
                transactions / 3,
                queryTime,
                queryTime.multipliedBy(4));
        return new TenantFacts(placement(), true, movesUntil.isPresent(), Optional.of(statistics), latest);
    }

    /** The target serves at once, in this world; the tenant is in its move until the end of the soak. */
    void move(Home target, Instant end) {
        home = target;
        epoch++;
        moves++;
        movesUntil = Optional.of(end);
    }

    void movedIfOver(Instant now, EarlierMove move) {
        if (movesUntil.isPresent() && !movesUntil.get().isAfter(now)) {
            latest = Optional.of(move);
            movesUntil = Optional.empty();
        }
    }
}
