package dev.rehome.cli;

import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows, and removes, what a tenant has in homes that it does not live in. */
@Command(
        name = "copies",
        description =
                "Shows how many rows of a tenant there are in homes that it does not live in: of moves that were lost, or on a"
                        + " server that came back from an older time. With --remove, removes them.")
final class RecoveryCopiesCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    @Option(names = "--remove", description = "Remove them.")
    private boolean remove;

    record CopyView(String home, long rows) {}

    record CopiesView(String tenant, boolean removed, List<CopyView> copies) {}

    @Override
    public Integer call() throws InterruptedException {
        TenantId id = TenantId.parse(tenant);
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Map<Home, Long> copies;
        try (LifeDisplay display = new LifeDisplay(err(), 0)) {
            copies = remove
                    ? tools.life().removeCopies(id, display)
                    : tools.life().copies(id);
        }
        print(
                new CopiesView(
                        id.toString(),
                        remove,
                        copies.entrySet().stream()
                                .map(copy -> new CopyView(copy.getKey().toString(), copy.getValue()))
                                .toList()),
                copies.isEmpty()
                        ? "Tenant " + id + " has rows nowhere but where it lives."
                        : copies.entrySet().stream()
                                .map(copy -> String.format(
                                        Locale.ROOT,
                                        "%s: %,d rows%s",
                                        copy.getKey(),
                                        copy.getValue(),
                                        remove ? " removed" : ""))
                                .collect(Collectors.joining("\n")));
        return 0;
    }
}
