package dev.rehome.cli;

import dev.rehome.fleet.Provisioner;
import dev.rehome.fleet.spares.SparesFill;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        List<String> swept = tools.provisioner().sweep(Provisioner.GIVEN_UP).stream()
                .map(TenantId::toString)
                .toList();
        List<StockView> stock = new ArrayList<>();
        for (SparesFill.Wanted wanted : SparesFill.wanted(tools.strategy())) {
            stock.add(StockView.of(tools.sparesFill().fill(wanted)));
        }
        print(new FillView(stock, swept), text(stock, swept));
        return 0;
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
