package dev.rehome.strategy;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyRules;
import dev.rehome.cost.FleetCost;
import dev.rehome.cost.Pricing;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePreview.Prediction;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.strategy.LeftTenant.Kind;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Decides which tenants should live elsewhere: from the configuration and the facts alone, so that the same ones give the same plan.
 * First of all a tenant has to be in its region; then its override counts, then the thresholds, then the default tier; last come
 * databases with too many schemas and servers with too much to do. Immutable and thread-safe.
 */
public final class Strategy {
    private final StrategyConfig config;
    private final StrategyRules rules;
    private final Sizes sizes;
    private final Pricing pricing;
    private final MoveOptions options;

    public Strategy(StrategyConfig config) {
        this.config = config;
        this.rules = config.rules();
        this.sizes = new Sizes(config.thresholds(), config.defaultTier());
        this.pricing = new Pricing(config.prices());
        this.options = MoveOptions.of(config.migration());
    }

    /** @param by for whom it is made */
    public Plan plan(FleetFacts facts, String by) {
        return new Planning(facts).plan(by);
    }

    /** One plan in the making. */
    private final class Planning {
        private final FleetFacts facts;
        private final Room room;
        private final Restraint restraint;
        private final List<PlanLine> lines = new ArrayList<>();
        private final List<LeftTenant> left = new ArrayList<>();
        private final Set<TenantId> decided = new HashSet<>();

        Planning(FleetFacts facts) {
            this.facts = facts;
            this.room = new Room(config, facts.tenants());
            this.restraint = new Restraint(rules, facts.now());
        }

        Plan plan(String by) {
            facts.tenants().stream()
                    .flatMap(tenant -> wish(tenant).stream())
                    .sorted(Comparator.comparing((Wish wish) -> wish.reason().kind())
                            .thenComparing(
                                    Comparator.comparingDouble(Wish::urgency).reversed())
                            .thenComparing(wish -> wish.tenant().placement().tenant()))
                    .toList()
                    .forEach(this::fulfil);
            new Crowding(rules, facts, room, restraint, decided, this::take).relieve();
            lines.sort(Comparator.comparing(line -> line.reason().kind())); // the sort is stable
            Map<Tier, Long> now = facts.tiers();
            FleetCost cost = pricing.fleet(now, Plan.tiersAfter(now, lines));
            return new Plan(UUID.randomUUID(), facts.now(), by, facts.tenants().size(), cost, lines, left);
        }

        private Optional<Wish> wish(TenantFacts tenant) {
            Optional<Wish> byTier = tierWish(tenant);
            Home home = tenant.placement().home();
            Optional<String> region = rules.regionOf(tenant.placement().tenant());
            if (region.isPresent() && !region.get().equals(room.regionOf(home))) {
                left.removeIf(each -> each.tenant().equals(tenant.placement().tenant()));
                String text = "has to be in region " + region.get() + ", and is in " + room.regionOf(home);
                return Optional.of(new Wish(
                        tenant,
                        byTier.map(Wish::tier).orElse(home.tier()),
                        new Reason(
                                Reason.Kind.REGION,
                                text
                                        + byTier.map(wish ->
                                                        "; " + wish.reason().text())
                                                .orElse("")),
                        0));
            }
            return byTier;
        }

        private Optional<Wish> tierWish(TenantFacts tenant) {
            TenantId id = tenant.placement().tenant();
            Tier current = tenant.placement().home().tier();
            Tier override = config.overrides().get(id);
            if (override != null) {
                return override == current
                        ? Optional.empty()
                        : Optional.of(new Wish(
                                tenant,
                                override,
                                new Reason(
                                        Reason.Kind.OVERRIDE,
                                        "tenant_overrides says "
                                                + override.name().toLowerCase(Locale.ROOT)),
                                0));
            }
            Optional<TenantStatistics> usable = usable(tenant);
            if (usable.isEmpty()) {
                return Optional.empty();
            }
            Optional<Sizes.Asked> up = sizes.up(current, usable.get());
            if (up.isPresent()) {
                return up.map(asked -> new Wish(tenant, asked.tier(), asked.reason(), asked.urgency()));
            }
            Optional<Wish> down = sizes.down(current, usable.get(), rules.downBelowPercent() / 100.0)
                    .map(asked -> new Wish(tenant, asked.tier(), asked.reason(), asked.urgency()));
            if (down.isPresent() && cameForItsQueryTime(tenant)) {
                left.add(new LeftTenant(
                        id,
                        Kind.QUERY_TIME,
                        "came for its query time, and would be as slow again; else to "
                                + down.get().tier() + ", as "
                                + down.get().reason().text()));
                return Optional.empty();
            }
            return down;
        }

        private boolean cameForItsQueryTime(TenantFacts tenant) {
            return tenant.latestMove()
                    .filter(move -> move.to() == tenant.placement().home().tier())
                    .flatMap(EarlierMove::because)
                    .equals(Optional.of(Reason.Kind.QUERY_TIME));
        }

        private Optional<TenantStatistics> usable(TenantFacts tenant) {
            TenantId id = tenant.placement().tenant();
            Optional<TenantStatistics> statistics = tenant.statistics();
            if (statistics.isEmpty()) {
                left.add(new LeftTenant(id, Kind.NOT_MEASURED, "it has not been measured"));
                return Optional.empty();
            }
            Duration age = Duration.between(statistics.get().measuredAt(), facts.now());
            if (age.compareTo(rules.statisticsMaxAge()) > 0) {
                left.add(new LeftTenant(
                        id,
                        Kind.STALE,
                        "measured " + hours(age) + " ago, which is longer than " + hours(rules.statisticsMaxAge())));
                return Optional.empty();
            }
            List<String> missing = sizes.notCounted(statistics.get());
            if (!missing.isEmpty()) {
                left.add(new LeftTenant(id, Kind.NOT_MEASURED, "not counted: " + String.join(", ", missing)));
                return Optional.empty();
            }
            return statistics;
        }

        private void fulfil(Wish wish) {
            TenantFacts tenant = wish.tenant();
            TenantId id = tenant.placement().tenant();
            decided.add(id);
            Optional<LeftTenant> kept = restraint.on(wish);
            if (kept.isPresent()) {
                left.add(kept.get());
                return;
            }
            String region = rules.regionOf(id)
                    .orElseGet(() -> room.regionOf(tenant.placement().home()));
            Optional<Home> target = room.find(wish, region);
            if (target.isEmpty()) {
                left.add(new LeftTenant(
                        id,
                        Kind.NO_ROOM,
                        "no server of region " + region + " has room in tier " + wish.tier() + "; else there, as "
                                + wish.reason().text()));
            } else if (!target.get().equals(tenant.placement().home())) {
                take(tenant, target.get(), wish.reason());
            }
        }

        private void take(TenantFacts tenant, Home target, Reason reason) {
            room.take(tenant, target);
            decided.add(tenant.placement().tenant());
            lines.add(line(tenant, target, reason));
        }

        private PlanLine line(TenantFacts tenant, Home target, Reason reason) {
            Home home = tenant.placement().home();
            return new PlanLine(
                    LineId.random(),
                    tenant.placement(),
                    target,
                    reason,
                    tenant.statistics()
                            .map(each -> OptionalLong.of(each.bytes()))
                            .orElse(OptionalLong.empty()),
                    expectation(tenant, target),
                    pricing.of(home.tier()),
                    pricing.of(target.tier()),
                    facts.now(),
                    PlanLine.State.PROPOSED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        private Expectation expectation(TenantFacts tenant, Home target) {
            Tier from = tenant.placement().home().tier();
            Optional<Long> rows =
                    tenant.statistics().filter(each -> !each.rows().isEmpty()).map(TenantStatistics::totalRows);
            Prediction prediction = facts.experience().predict(rows.orElse(0L), from, target.tier(), options);
            return rows.isPresent()
                    ? new Expectation(Optional.of(prediction.untilServed()), prediction.pause(), prediction.basis())
                    : new Expectation(
                            Optional.empty(), prediction.pause(), "not known, as its rows have not been counted");
        }
    }

    private static String hours(Duration duration) {
        return duration.toHours() < 48 ? duration.toHours() + " h" : duration.toDays() + " days";
    }
}
