package dev.rehome.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MoveTargetsTest {
    private static final TenantId TENANT = TenantId.of(new UUID(0, 7));
    /** The host that only the pattern names has databases and nothing else. */
    private static final String FILE = """
            tenant_strategy:
              default_type: shared
              migration_thresholds: { customers: 100000, orders: 500000, avg_query_time: 200ms }
              database_config:
                shared_database_url: "postgresql://u@host/shop"
                tenant_database_pattern: "postgresql://u@big/storefront_{storefront_id}"
                max_connections_per_tenant: 20
                region: eu
                servers:
                  us-1: { region: us, url: "postgresql://u@us-1/shop" }
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: 24h }
            """;

    @Test
    void aTenantMayGoToEveryTierOfEveryServerThatHasItButWhereItIs() {
        assertEquals(
                List.of(
                        "DATABASE big",
                        "DATABASE default",
                        "DATABASE us-1",
                        "SCHEMA default",
                        "SCHEMA us-1",
                        "SHARED us-1"),
                targets(FILE));
    }

    @Test
    void whoseRegionIsDecidedGoesToItsServersOnly() {
        assertEquals(
                List.of("DATABASE us-1", "SCHEMA us-1", "SHARED us-1"),
                targets(FILE + "  strategy: { tenant_regions: { \"" + TENANT + "\": us } }\n"));
    }

    private static List<String> targets(String file) {
        StrategyConfig strategy = StrategyFile.parse("test", file, name -> null);
        return MoveTargets.of(strategy, TENANT, strategy.homeFor(TENANT, Tier.SHARED)).stream()
                .map(home -> home.tier() + " " + home.database().server())
                .sorted()
                .toList();
    }
}
