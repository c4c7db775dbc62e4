package dev.rehome.automation;

import dev.rehome.fleet.Provisioner;
import dev.rehome.fleet.spares.SparesFill;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Fills up the stock of spare homes, and removes what is left of tenants that were never finished. */
final class FillSpares implements Duty {
    static final String NAME = "fill spares";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().automation().spares();
    }

    @Override
    public String run(NodeTools tools, Watch watch) {
        int swept = Provisioner.of(tools.servers(), tools.homes(), tools.directory())
                .sweep(Provisioner.GIVEN_UP)
                .size();
        SparesFill fill = new SparesFill(tools.homes(), tools.connections());
        List<String> stock = new ArrayList<>();
        for (SparesFill.Wanted wanted : SparesFill.wanted(tools.config())) {
            SparesFill.Filled filled = fill.fill(wanted);
            stock.add(String.format(
                    Locale.ROOT,
                    "%s: %d of %d ready, %d made, %d dropped",
                    wanted.like().tier().name().toLowerCase(Locale.ROOT),
                    filled.ready(),
                    wanted.count(),
                    filled.made(),
                    filled.dropped()));
        }
        return String.join("; ", stock) + (swept == 0 ? "" : "; remains of " + swept + " tenants removed");
    }
}
