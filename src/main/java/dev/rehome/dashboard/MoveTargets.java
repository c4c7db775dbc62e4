package dev.rehome.dashboard;

import dev.rehome.config.StrategyConfig;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The homes that a tenant may be moved to: in every tier on every server that has it, but where the strategy wants the tenant in a region
 * only on the servers of that.
 */
final class MoveTargets {
    private MoveTargets() {}

    /** @param now where it lives, which is no target */
    static List<Home> of(StrategyConfig strategy, TenantId tenant, Home now) {
        return strategy.servers().all().stream()
                .filter(server -> strategy.rules()
                        .regionOf(tenant)
                        .map(server.region()::equals)
                        .orElse(true))
                .flatMap(server -> homes(strategy, tenant, server))
                .filter(home -> !home.equals(now))
                .toList();
    }

    private static Stream<Home> homes(StrategyConfig strategy, TenantId tenant, Server server) {
        boolean shares = strategy.sharedHomes().stream()
                .anyMatch(home -> home.database().server().equals(server.name()));
        return Stream.of(Tier.values())
                .filter(tier -> shares || tier == Tier.DATABASE)
                .map(tier -> strategy.homeFor(tenant, tier, server.name()));
    }
}
