package dev.rehome.cli;

import dev.rehome.cost.Cost;
import dev.rehome.cost.Pricing;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.FleetFacts;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.Strategy;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Shows what the fleet costs. */
@Command(
        name = "cost",
        description = {
            "Shows what the fleet costs a month by the prices of the strategy file: as it is, after the plan, and with a database for"
                    + " every tenant. Prices of so many tenants together count by the part of them. Asks no provider."
        })
final class CostCommand extends OperatorCommand {
    record TierView(String tier, long tenants, Cost cost) {}

    record FleetView(List<TierView> tiers, Cost cost, BigDecimal savingPercent) {}

    record CostsView(String currency, long tenants, FleetView now, FleetView afterPlan, Cost databases) {}

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        FleetFacts facts = tools.fleetReader().read();
        Plan plan = new Strategy(tools.strategy()).plan(facts, OperatorTools.operator());
        Pricing pricing = new Pricing(tools.strategy().prices());
        CostsView view = new CostsView(
                plan.cost().currency(),
                plan.tenants(),
                fleet(pricing, facts.tiers(), plan.cost().now(), plan.cost().savingPercentNow()),
                fleet(
                        pricing,
                        plan.tiersAfter(facts.tiers()),
                        plan.cost().after(),
                        plan.cost().savingPercentAfter()),
                plan.cost().databases());
        print(view, text(view));
        return 0;
    }

    private static FleetView fleet(Pricing pricing, Map<Tier, Long> tenants, Cost cost, BigDecimal saving) {
        return new FleetView(
                Stream.of(Tier.values())
                        .map(tier -> tier(pricing, tier, tenants.getOrDefault(tier, 0L)))
                        .toList(),
                cost,
                saving);
    }

    private static TierView tier(Pricing pricing, Tier tier, long tenants) {
        return new TierView(tier.name(), tenants, pricing.of(tier, tenants));
    }

    private static String text(CostsView view) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%-26s %10s %30s%n", "", "tenants", view.currency() + " a month"));
        fleet(text, "now", view.now());
        fleet(text, "after the plan", view.afterPlan());
        line(text, "a database for everybody", view.tenants(), view.databases());
        return text.append(String.format(
                        Locale.ROOT,
                        "Now %s%% less than a database for everybody, after the plan %s%% less.",
                        view.now().savingPercent(),
                        view.afterPlan().savingPercent()))
                .toString();
    }

    private static void fleet(StringBuilder text, String name, FleetView fleet) {
        line(text, name, fleet.tiers().stream().mapToLong(TierView::tenants).sum(), fleet.cost());
        fleet.tiers()
                .forEach(tier -> line(text, "  " + tier.tier().toLowerCase(Locale.ROOT), tier.tenants(), tier.cost()));
    }

    private static void line(StringBuilder text, String name, long tenants, Cost cost) {
        text.append(String.format(
                Locale.ROOT,
                "%-26s %,10d %30s%n",
                name,
                tenants,
                String.format(Locale.ROOT, "%,.2f - %,.2f", cost.low(), cost.high())));
    }
}
