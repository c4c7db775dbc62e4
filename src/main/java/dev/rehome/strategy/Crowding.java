package dev.rehome.strategy;

import dev.rehome.config.StrategyRules;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.strategy.Reason.Kind;
import dev.rehome.tenant.TenantId;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who leaves a database with too many schemas, or a server with too much to do. */
final class Crowding {
    private final StrategyRules rules;
    private final FleetFacts facts;
    private final Room room;
    private final Restraint restraint;
    private final Set<TenantId> decided;
    private final Taker taker;

    /** Is given one move after another, and tells the room before it returns, so that the next finds what this one has left. */
    @FunctionalInterface
    interface Taker {
        void take(TenantFacts tenant, Home target, Reason reason);
    }

    /** @param decided tenants that are moved or left for another reason already; grows as the taker takes */
    Crowding(
            StrategyRules rules, FleetFacts facts, Room room, Restraint restraint, Set<TenantId> decided, Taker taker) {
        this.rules = rules;
        this.facts = facts;
        this.room = room;
        this.restraint = restraint;
        this.decided = decided;
        this.taker = taker;
    }

    void relieve() {
        rules.schemasPerDatabase()
                .ifPresent(limit -> room.databasesOfSchemas().forEach(database -> relieve(database, limit)));
        rules.transactionsPerServer().ifPresent(limit -> room.servers().forEach(server -> relieve(server, limit)));
    }

    /** Of its largest ones: they are next to have a database of their own anyway. */
    private void relieve(Database database, int limit) {
        if (room.schemasIn(database) <= limit) {
            return;
        }
        List<TenantFacts> largest = undecided(
                        home -> home.tier() == Tier.SCHEMA && home.database().equals(database))
                .sorted(Comparator.comparingLong(Crowding::rows).reversed())
                .toList();
        for (TenantFacts tenant : largest) {
            int schemas = room.schemasIn(database);
            if (schemas <= limit) {
                return;
            }
            Reason reason = new Reason(
                    Kind.SCHEMAS, String.format(Locale.ROOT, "%,d schemas in %s > %,d", schemas, database, limit));
            elsewhere(tenant, reason).ifPresent(target -> taker.take(tenant, target, reason));
        }
    }

    /** In another database of the region, else in one of its own. */
    private Optional<Home> elsewhere(TenantFacts tenant, Reason reason) {
        for (Tier tier : List.of(Tier.SCHEMA, Tier.DATABASE)) {
            Wish wish = new Wish(tenant, tier, reason, 0);
            if (restraint.on(wish).isPresent()) {
                return Optional.empty();
            }
            Optional<Home> target = room.find(wish, region(tenant))
                    .filter(home -> !home.equals(tenant.placement().home()));
            if (target.isPresent()) {
                return target;
            }
        }
        return Optional.empty();
    }

    /** Of the busiest ones that another server can bear. */
    private void relieve(String server, int limit) {
        if (room.loadOf(server) <= limit) {
            return;
        }
        List<TenantFacts> busiest = undecided(home -> home.database().server().equals(server))
                .filter(tenant -> Room.transactions(tenant) > 0)
                .filter(this::isFresh)
                .sorted(Comparator.comparingDouble(Room::transactions).reversed())
                .toList();
        for (TenantFacts tenant : busiest) {
            double load = room.loadOf(server);
            if (load <= limit) {
                return;
            }
            Reason reason = new Reason(
                    Kind.LOAD,
                    String.format(Locale.ROOT, "%,.0f transactions/s on server %s > %,d", load, server, limit));
            Wish wish = new Wish(tenant, tenant.placement().home().tier(), reason, 0);
            if (restraint.on(wish).isEmpty()) {
                room.elsewhere(tenant, region(tenant), limit).ifPresent(target -> taker.take(tenant, target, reason));
            }
        }
    }

    private Stream<TenantFacts> undecided(Predicate<Home> there) {
        return facts.tenants().stream()
                .filter(tenant -> there.test(tenant.placement().home()))
                .filter(tenant -> !decided.contains(tenant.placement().tenant()));
    }

    private String region(TenantFacts tenant) {
        return rules.regionOf(tenant.placement().tenant())
                .orElseGet(() -> room.regionOf(tenant.placement().home()));
    }

    private boolean isFresh(TenantFacts tenant) {
        return tenant.statistics()
                .map(TenantStatistics::measuredAt)
                .map(at -> at.plus(rules.statisticsMaxAge()).isAfter(facts.now()))
                .orElse(false);
    }

    private static long rows(TenantFacts tenant) {
        return tenant.statistics().map(TenantStatistics::totalRows).orElse(0L);
    }
}
