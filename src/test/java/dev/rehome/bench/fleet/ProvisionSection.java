package dev.rehome.bench.fleet;

import dev.rehome.bench.Spread;
import dev.rehome.fleet.spares.SparesFill;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** New tenants, each from the call until its home admits it: made then, and out of stock. */
final class ProvisionSection {
    private static final int TENANTS = 20;
    private static final double NANOS_TO_MILLIS = 1e6;

    private final TestFleet fleet;
    private final Consumer<String> progress;

    ProvisionSection(TestFleet fleet, Consumer<String> progress) {
        this.fleet = fleet;
        this.progress = progress;
    }

    void measure(Map<String, Object> top, Map<String, Object> details) {
        Map<String, Double> millis = new LinkedHashMap<>();
        Map<String, Spread> spreads = new LinkedHashMap<>();
        double slowerSpare = 0;
        for (Tier tier : List.of(Tier.SCHEMA, Tier.DATABASE)) {
            String name = tier.name().toLowerCase(java.util.Locale.ROOT);
            create(tier, 1); // whatever is made once
            Spread made = create(tier, TENANTS);
            fill(tier);
            Spread stocked = create(tier, TENANTS);
            millis.put(name, made.median());
            spreads.put(name, made);
            spreads.put(name + "Spare", stocked);
            slowerSpare = Math.max(slowerSpare, stocked.median());
            progress.accept("new tenants, " + name + ": " + made + " ms, out of stock " + stocked + " ms");
        }
        millis.put("spare", slowerSpare);
        top.put("provisionMillis", millis);
        details.put("provisionMillis", spreads);
    }

    private Spread create(Tier tier, int tenants) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < tenants; i++) {
            TenantId tenant = fleet.expectTenant();
            long begun = System.nanoTime();
            fleet.provisioner().create(tenant, "a new storefront", fleet.home(tier, tenant));
            millis.add((System.nanoTime() - begun) / NANOS_TO_MILLIS);
        }
        return Spread.of(millis);
    }

    private void fill(Tier tier) {
        Home like = fleet.home(tier, TenantId.of(new UUID(0, 0)));
        new SparesFill(
                        fleet.homes(),
                        () -> fleet.servers()
                                .open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome benchmark"))
                .fill(new SparesFill.Wanted(like, TENANTS));
    }
}
