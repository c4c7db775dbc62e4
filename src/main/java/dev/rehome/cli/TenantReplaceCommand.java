package dev.rehome.cli;

import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.dashboard.HomeView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.TenantLife.Replaced;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts the rows of a file in the place of a tenant's. */
@Command(
        name = "replace",
        description = {
            "Puts the rows of a file of the same tenant in the place of its rows, where it lives. The rows that give way are kept in a"
                    + " file. The tenant is suspended meanwhile.",
            "Taken up where it was by repeating it."
        },
        footer = {
            "",
            "Example:",
            "  rehome tenant replace 550e8400-e29b-41d4-a716-446655440000 --with /var/backups/rehome/2026-11-26/550e8400-e29b-41d4-a716-446655440000.zip"
        })
final class TenantReplaceCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    @Option(names = "--with", paramLabel = "FILE", required = true, description = "As 'tenant export' wrote it.")
    private Path file;

    @Option(
            names = "--keep-in",
            paramLabel = "DIR",
            description = "The folder for the rows that give way. Default: migration_config.archive.")
    private @Nullable Path folder;

    @Mixin
    private Patience patience;

    record ReplacedView(String tenant, HomeView home, long epoch, long rows, String kept) {}

    @Override
    public Integer call() throws InterruptedException {
        TenantId id = TenantId.parse(tenant);
        OperatorTools tools = tools();
        Path into = folder == null ? tools.strategy().migration().archive() : folder;
        if (into == null) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Say where the rows that give way are kept: --keep-in, or archive in the strategy file.");
        }
        tools.bringUpDirectory();
        Interruption interruption = Interruption.ofThisThread();
        Replaced replaced;
        try (LifeDisplay display = new LifeDisplay(err(), 0)) {
            replaced = tools.life().replace(id, file, into, patience.duration(), display);
        } finally {
            interruption.close();
        }
        print(
                new ReplacedView(
                        id.toString(),
                        HomeView.of(replaced.placement().home()),
                        replaced.placement().epoch().value(),
                        replaced.rows(),
                        replaced.kept().toString()),
                String.format(
                        Locale.ROOT,
                        "Tenant %s has %,d rows of the file, all compared, in %s at epoch %s.%nThose that it had are in %s.",
                        id,
                        replaced.rows(),
                        replaced.placement().home(),
                        replaced.placement().epoch(),
                        replaced.kept()));
        return 0;
    }
}
