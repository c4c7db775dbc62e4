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

    /**
     * Who has come to a part of what sends it to a higher tier, or beyond, the nearest first. Whom an override keeps is not in it, whatever
     * its size.
     *
     * @param part from 0 to 1
     */
    public List<Nearness> near(FleetFacts facts, double part) {
        return facts.tenants().stream()
                .filter(tenant ->
                        !config.overrides().containsKey(tenant.placement().tenant()))
                .flatMap(tenant -> tenant
                        .statistics()
                        .flatMap(statistics ->
                                sizes.near(tenant.placement().home().tier(), statistics, part))
                        .stream())
                .sorted(Comparator.comparingDouble(Nearness::part).reversed().thenComparing(Nearness::tenant))
                .toList();
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
            TierVerdict byTier = tierVerdict(tenant);
            Home home = tenant.placement().home();
            Optional<String> region = rules.regionOf(tenant.placement().tenant());
            if (region.isPresent() && !region.get().equals(room.regionOf(home))) {
                String text = "has to be in region " + region.get() + ", and is in " + room.regionOf(home)
                        + byTier.wish().map(wish -> "; " + wish.reason().text()).orElse("");
                return Optional.of(new Wish(
                        tenant,
                        byTier.wish().map(Wish::tier).orElse(home.tier()),
                        new Reason(Reason.Kind.REGION, text),
                        0));
            }
            byTier.left().ifPresent(left::add);
            return byTier.wish();
        }

        private TierVerdict tierVerdict(TenantFacts tenant) {
            TenantId id = tenant.placement().tenant();
            Tier current = tenant.placement().home().tier();
            Tier override = config.overrides().get(id);
            if (override != null) {
                return override == current
                        ? TierVerdict.CONTENT
                        : TierVerdict.of(new Wish(
                                tenant,
                                override,
                                new Reason(
                                        Reason.Kind.OVERRIDE,
                                        "tenant_overrides says "
                                                + override.name().toLowerCase(Locale.ROOT)),
                                0));
            }
            Optional<LeftTenant> unusable = unusable(tenant);
            if (unusable.isPresent()) {
                return TierVerdict.of(unusable.get());
            }
            TenantStatistics statistics = tenant.statistics().orElseThrow();
            Optional<Sizes.Asked> up = sizes.up(current, statistics);
            if (up.isPresent()) {
                return TierVerdict.of(wish(tenant, up.get()));
            }
            Optional<Sizes.Asked> down = sizes.down(current, statistics, rules.downBelowPercent() / 100.0);
            if (down.isPresent() && cameForItsQueryTime(tenant)) {
                return TierVerdict.of(new LeftTenant(
                        id,
                        Kind.QUERY_TIME,
                        "came for its query time, and would be as slow again; else to "
                                + down.get().tier() + ", as "
                                + down.get().reason().text()));
            }
            return down.map(asked -> TierVerdict.of(wish(tenant, asked))).orElse(TierVerdict.CONTENT);
        }

        private Wish wish(TenantFacts tenant, Sizes.Asked asked) {
            return new Wish(tenant, asked.tier(), asked.reason(), asked.urgency());
        }

        private boolean cameForItsQueryTime(TenantFacts tenant) {
            return tenant.latestMove()
                    .filter(move -> move.to() == tenant.placement().home().tier())
                    .flatMap(EarlierMove::because)
                    .equals(Optional.of(Reason.Kind.QUERY_TIME));
        }

        /** Why nothing is decided by its statistics; empty if they are good. */
        private Optional<LeftTenant> unusable(TenantFacts tenant) {
            TenantId id = tenant.placement().tenant();
            if (tenant.statistics().isEmpty()) {
                return Optional.of(new LeftTenant(id, Kind.NOT_MEASURED, "it has not been measured"));
            }
            TenantStatistics statistics = tenant.statistics().get();
            Duration age = Duration.between(statistics.measuredAt(), facts.now());
            if (age.compareTo(rules.statisticsMaxAge()) > 0) {
                return Optional.of(new LeftTenant(
                        id,
                        Kind.STALE,
                        "measured " + hours(age) + " ago, which is longer than " + hours(rules.statisticsMaxAge())));
            }
            List<String> missing = sizes.notCounted(statistics);
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new LeftTenant(id, Kind.NOT_MEASURED, "not counted: " + String.join(", ", missing)));
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
