package dev.rehome.cli;

import dev.rehome.config.StrategyConfig;
import dev.rehome.fleet.spares.SparesFill;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Fills the stock up. */
@Command(
        name = "fill",
        description = {
            "Makes as many spare homes as the strategy file wants (spares), brings those of an older level to the newest, and drops"
                    + " those that are too many. Also removes what is left of tenants whose creation was cut off more than"
                    + " an hour ago. Can be run at any time, and as often as wanted."
        })
final class SparesFillCommand extends OperatorCommand {
    /** Whoever was cut off has tried again by then. */
    private static final Duration GIVEN_UP = Duration.ofHours(1);

    record StockView(String tier, String server, int wanted, int ready, int made, int broughtUp, int dropped) {
        static StockView of(SparesFill.Filled filled) {
            return new StockView(
                    filled.wanted().like().tier().name(),
                    filled.wanted().like().database().server(),
                    filled.wanted().count(),
                    filled.ready(),
                    filled.made(),
                    filled.broughtUp(),
                    filled.dropped());
        }
    }

    record FillView(List<StockView> stock, List<String> sweptTenants) {}

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        List<String> swept = tools.provisioner().sweep(GIVEN_UP).stream()
                .map(TenantId::toString)
                .toList();
        List<StockView> stock = new ArrayList<>();
        for (SparesFill.Wanted wanted : wanted(tools.strategy())) {
            stock.add(StockView.of(tools.sparesFill().fill(wanted)));
        }
        print(new FillView(stock, swept), text(stock, swept));
        return 0;
    }

    /** Like the homes that any new tenant would have. */
    private static List<SparesFill.Wanted> wanted(StrategyConfig strategy) {
        TenantId any = TenantId.of(new UUID(0, 0));
        return List.of(
                new SparesFill.Wanted(
                        strategy.homeFor(any, Tier.SCHEMA), strategy.spares().schemas()),
                new SparesFill.Wanted(
                        strategy.homeFor(any, Tier.DATABASE), strategy.spares().databases()));
    }

    private static String text(List<StockView> stock, List<String> swept) {
        String lines = stock.stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "%-8s on server %s: %d of %d ready, %d made, %d brought up, %d dropped",
                        each.tier().toLowerCase(Locale.ROOT),
                        each.server(),
                        each.ready(),
                        each.wanted(),
                        each.made(),
                        each.broughtUp(),
                        each.dropped()))
                .collect(Collectors.joining("\n"));
        return swept.isEmpty()
                ? lines
                : lines + "\nRemoved what was left of tenants that were never finished: " + String.join(", ", swept);
    }
}
