package dev.rehome.config;

import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.Map;

/**
 * Everything that the strategy file says. Immutable; {@link #toString} shows no password.
 *
 * @param defaultTier where a new tenant is created
 * @param overrides where certain new tenants are created instead; for a tenant that exists, a wish that a move fulfils
 *     and never a route
 */
public record StrategyConfig(
        Tier defaultTier,
        MigrationThresholds thresholds,
        Map<TenantId, Tier> overrides,
        DatabaseConfig databases,
        MigrationConfig migration) {

    /** What the names of tenants' schemas begin with. */
    private static final String SCHEMA_PREFIX = "storefront_";

    public StrategyConfig {
        overrides = Map.copyOf(overrides);
    }

    public Servers servers() {
        return databases.servers();
    }

    /** The tier that a tenant gets if it is created now. */
    public Tier tierForNew(TenantId tenant) {
        return overrides.getOrDefault(tenant, defaultTier);
    }

    public Home sharedHome() {
        return new Home(Tier.SHARED, databases.sharedDatabase(), databases.sharedSchema());
    }

    /** The home that the tenant has in the tier, whether it exists yet or not. */
    public Home homeFor(TenantId tenant, Tier tier) {
        String name = tenant.toString().replace('-', '_');
        return switch (tier) {
            case SHARED -> sharedHome();
            case SCHEMA -> new Home(tier, databases.sharedDatabase(), SCHEMA_PREFIX + name);
            case DATABASE -> new Home(tier, databases.tenantDatabase(name), databases.databaseSchema());
        };
    }
}
