package dev.rehome.config;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the strategy file says. Immutable; {@link #toString} shows no password.
 *
 * @param defaultTier where a new tenant is created
 * @param overrides where certain new tenants are created instead; for a tenant that exists, a wish that a move fulfils
 *     and never a route
 * @param exports empty if nobody is to export nightly
 */
public record StrategyConfig(
        Tier defaultTier,
        MigrationThresholds thresholds,
        Map<TenantId, Tier> overrides,
        DatabaseConfig databases,
        MigrationConfig migration,
        SparesConfig spares,
        StrategyRules rules,
        PricesConfig prices,
        AutomationConfig automation,
        Optional<ExportsConfig> exports,
        StatisticsConfig statistics,
        AlertsConfig alerts,
        ServeConfig serve) {

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
        return sharedHome(DatabaseConfig.DEFAULT_SERVER);
    }

    /**
     * The shared home of a server.
     *
     * @throws RehomeException (USER) if no server has this name, or it has no shared home
     */
    public Home sharedHome(String server) {
        return new Home(Tier.SHARED, sharedDatabase(server), databases.sharedSchema());
    }

    /** The shared homes of all servers that have one. */
    public List<Home> sharedHomes() {
        return servers().all().stream()
                .flatMap(server -> databases.sharedDatabase(server.name()).stream())
                .map(database -> new Home(Tier.SHARED, database, databases.sharedSchema()))
                .toList();
    }

    /** The home that the tenant has in the tier unless a server is named, whether it exists yet or not. */
    public Home homeFor(TenantId tenant, Tier tier) {
        return homeFor(tenant, tier, tier == Tier.DATABASE ? databases.tenantServer() : DatabaseConfig.DEFAULT_SERVER);
    }

    /**
     * The home that the tenant has in the tier on a server, whether it exists yet or not.
     *
     * @throws RehomeException (USER) if no server has this name, or it is one for databases only and the tier is another
     */
    public Home homeFor(TenantId tenant, Tier tier, String server) {
        String name = tenant.toString().replace('-', '_');
        return switch (tier) {
            case SHARED -> sharedHome(server);
            case SCHEMA -> new Home(tier, sharedDatabase(server), SCHEMA_PREFIX + name);
            case DATABASE -> {
                requireKnown(server);
                yield new Home(tier, databases.tenantDatabase(name, server), databases.databaseSchema());
            }
        };
    }

    private Database sharedDatabase(String server) {
        requireKnown(server);
        return databases
                .sharedDatabase(server)
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "Server '" + server + "' has databases of tenants only, no shared home and no schemas."
                                + " Choose the tier database or another server."));
    }

    private void requireKnown(String server) {
        List<String> known = servers().all().stream().map(Server::name).toList();
        if (!known.contains(server)) {
            throw new RehomeException(
                    ErrorKind.USER, "Server '" + server + "' is not configured. Known are " + known + ".");
        }
    }
}
