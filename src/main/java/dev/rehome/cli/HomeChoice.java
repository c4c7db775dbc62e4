package dev.rehome.cli;

import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which home a tenant gets. */
final class HomeChoice {
    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = "shared, schema or database. Default: as the strategy file says.")
    private @Nullable String tier;

    @Option(
            names = "--server",
            paramLabel = "NAME",
            description = "The server, by its name in the strategy file. Default: the one of the tier there.")
    private @Nullable String server;

    /** Whether anything was chosen. */
    boolean isMade() {
        return tier != null || server != null;
    }

    Home homeOf(OperatorTools tools, TenantId tenant) {
        return tools.homeFor(tenant, tier == null ? null : Tier.parse(tier), server);
    }
}
