package dev.rehome.cli;

import dev.rehome.dashboard.HomeView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a tenant live in the home that its operator has chosen. */
@Command(
        name = "settle",
        description = {
            "Has a tenant live in the home that is named, at a new epoch, and all databases send it there. For when databases do not"
                    + " say by themselves which is right. No row is touched; what other homes have of it stays there.",
        },
        footer = {
            "",
            "Example:",
            "  rehome recovery settle 550e8400-e29b-41d4-a716-446655440000 --tier shared --server us-1"
        })
final class RecoverySettleCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    @Mixin
    private HomeChoice choice;

    @Option(names = "--end-move", description = "Give up the move that the tenant is in, as it stands.")
    private boolean endMove;

    record SettledView(String tenant, HomeView home, long epoch) {}

    @Override
    public Integer call() {
        TenantId id = TenantId.parse(tenant);
        if (!choice.isMade()) {
            throw new RehomeException(ErrorKind.USER, "Say in which home: --tier, --server.");
        }
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Placement settled = tools.homeChange().settle(id, choice.homeOf(tools, id), endMove);
        print(
                new SettledView(
                        id.toString(),
                        HomeView.of(settled.home()),
                        settled.epoch().value()),
                "Tenant " + id + " lives in " + settled.home() + " at epoch " + settled.epoch() + ".");
        return 0;
    }
}
