package dev.rehome.cli;

import dev.rehome.dashboard.HomeView;
import dev.rehome.life.TenantLife.Created;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates a tenant. */
@Command(
        name = "create",
        description = {
            "Creates a tenant, with its home if there is none yet. One that exists stays where it is.",
            "A creation that was cut off is finished by repeating it with the same --id."
        })
final class TenantCreateCommand extends OperatorCommand {
    @Option(names = "--id", paramLabel = "TENANT", description = "Its UUID. Default: a new one.")
    private @Nullable String id;

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "What people call it.")
    private String name;

    @Mixin
    private HomeChoice choice;

    /** @param created whether it is new */
    record CreatedView(String tenant, String name, HomeView home, long epoch, boolean created) {}

    @Override
    public Integer call() {
        TenantId tenant = id == null ? TenantId.of(UUID.randomUUID()) : TenantId.parse(id);
        OperatorTools tools = tools();
        Home home = choice.homeOf(tools, tenant);
        tools.bringUpDirectory();
        Created created = tools.life().create(tenant, name, home);
        print(
                new CreatedView(
                        tenant.toString(),
                        name,
                        HomeView.of(created.placement().home()),
                        created.placement().epoch().value(),
                        created.created()),
                "Tenant " + tenant + (created.created() ? " is in " : " exists already, in ")
                        + created.placement().home() + ".");
        return 0;
    }
}
