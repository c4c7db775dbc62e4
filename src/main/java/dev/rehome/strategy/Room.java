package dev.rehome.strategy;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyRules;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * How full databases and servers are, with the moves that are wished so far; where a tenant can go. Not thread-safe.
 */
final class Room {
    /** A server is filled by moves to this part of its limit, so that it can grow before it has to give something away. */
    private static final double FILLED_TO = 0.8;
    /** Tenants that have shrunk come into a database only as long as it is that full, so that they need not leave it at once. */
    private static final double SHRUNK_INTO = 0.9;

    private final StrategyConfig config;
    private final StrategyRules rules;
    private final Map<String, String> regions = new HashMap<>();
    private final List<String> servers;
    private final Map<Database, Integer> schemas = new HashMap<>();
    private final Map<String, Double> load = new HashMap<>();
    /** The same tenants' names are asked for again and again; only the servers differ. */
    private final Map<String, Boolean> hasSharedHome = new HashMap<>();

    Room(StrategyConfig config, List<TenantFacts> tenants) {
        this.config = config;
        this.rules = config.rules();
        for (Server server : config.servers().all()) {
            regions.put(server.name(), server.region());
            hasSharedHome.put(server.name(), hasSharedHome(server.name()));
        }
        this.servers = config.servers().all().stream().map(Server::name).toList();
        tenants.forEach(tenant -> add(tenant, tenant.placement().home(), 1));
    }

    private boolean hasSharedHome(String server) {
        return config.sharedHomes().stream()
                .anyMatch(home -> home.database().server().equals(server));
    }

    /** A region that no configuration knows is its own. */
    String regionOf(Home home) {
        String server = home.database().server();
        return regions.getOrDefault(server, "unknown region of " + server);
    }

    int schemasIn(Database database) {
        return schemas.getOrDefault(database, 0);
    }

    /** Transactions a second of all tenants on the server. */
    double loadOf(String server) {
        return load.getOrDefault(server, 0.0);
    }

    List<String> servers() {
        return servers;
    }

    /** The databases that have schemas of tenants in them. */
    List<Database> databasesOfSchemas() {
        return schemas.keySet().stream()
                .sorted(Comparator.comparing(Database::toString))
                .toList();
    }

    /** Counts the tenant as one of the target's, and no longer of where it is. */
    void take(TenantFacts tenant, Home target) {
        add(tenant, tenant.placement().home(), -1);
        add(tenant, target, 1);
    }

    private void add(TenantFacts tenant, Home home, int sign) {
        if (home.tier() == Tier.SCHEMA) {
            schemas.merge(home.database(), sign, Integer::sum);
        }
        load.merge(home.database().server(), sign * transactions(tenant), Double::sum);
    }

    static double transactions(TenantFacts tenant) {
        return tenant.statistics().map(each -> each.transactionsPerSecond()).orElse(0.0);
    }

    /** Where a wish can be fulfilled in the region: best where it is, else on the server that has least to do. */
    Optional<Home> find(Wish wish, String region) {
        TenantId tenant = wish.tenant().placement().tenant();
        String here = wish.tenant().placement().home().database().server();
        String preferred = preferred(wish.tier(), here);
        return Stream.concat(Stream.of(preferred), byLoad())
                .distinct()
                .filter(server -> region.equals(regions.get(server)))
                .filter(server -> takes(wish, server))
                .map(server -> config.homeFor(tenant, wish.tier(), server))
                .findFirst();
    }

    /** Another server of the region, in the same tier, that can bear what the tenant does. */
    Optional<Home> elsewhere(TenantFacts tenant, String region, int limit) {
        Home home = tenant.placement().home();
        Wish wish = new Wish(tenant, home.tier(), new Reason(Reason.Kind.LOAD, ""), 0);
        return byLoad().filter(server -> !server.equals(home.database().server()))
                .filter(server -> region.equals(regions.get(server)))
                .filter(server -> loadOf(server) + transactions(tenant) <= limit * FILLED_TO)
                .filter(server -> takes(wish, server))
                .map(server -> config.homeFor(tenant.placement().tenant(), home.tier(), server))
                .findFirst();
    }

    private Stream<String> byLoad() {
        return servers.stream()
                .sorted(Comparator.comparingDouble(this::loadOf).thenComparing(Comparator.naturalOrder()));
    }

    /** The server of the tier, of a tenant that is on one of those that the URLs name; else where it is. */
    private String preferred(Tier tier, String here) {
        TenantId any = TenantId.of(new UUID(0, 0));
        String ofSchemas = config.sharedHome().database().server();
        String ofDatabases = config.homeFor(any, Tier.DATABASE).database().server();
        boolean ofUrls = here.equals(ofSchemas) || here.equals(ofDatabases);
        return !ofUrls ? here : tier == Tier.DATABASE ? ofDatabases : ofSchemas;
    }

    private boolean takes(Wish wish, String server) {
        if (wish.tier() != Tier.DATABASE && !Boolean.TRUE.equals(hasSharedHome.get(server))) {
            return false;
        }
        Home here = wish.tenant().placement().home();
        boolean comes = !here.database().server().equals(server);
        if (comes
                && rules.transactionsPerServer().isPresent()
                && loadOf(server) + transactions(wish.tenant())
                        > rules.transactionsPerServer().getAsInt()) {
            return false;
        }
        if (wish.tier() != Tier.SCHEMA || rules.schemasPerDatabase().isEmpty()) {
            return true;
        }
        Database database = config.sharedHome(server).database();
        double part = wish.reason().kind() == Reason.Kind.SHRUNK ? SHRUNK_INTO : 1;
        return schemasIn(database) + 1 <= rules.schemasPerDatabase().getAsInt() * part;
    }
}
