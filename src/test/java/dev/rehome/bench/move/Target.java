package dev.rehome.bench.move;

import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.Locale;

/** Where a storefront goes to, from the shared tables. */
enum Target {
    SCHEMA,
    DATABASE,
    SERVER;

    /** As it is called in the figures. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Home home(TenantId tenant) {
        String own = "storefront_" + tenant.toString().replace('-', '_');
        return switch (this) {
            case SCHEMA -> new Home(Tier.SCHEMA, TwoServers.CONTROL, own);
            case DATABASE -> new Home(Tier.DATABASE, new Database(TwoServers.CONTROL.server(), own), "storefront");
            case SERVER -> new Home(Tier.DATABASE, new Database(TwoServers.ELSEWHERE, own), "storefront");
        };
    }
}
