package dev.rehome.cli;

import dev.rehome.cli.TenantViews.TenantView;
import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.TenantRecord;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a tenant away into a file. */
@Command(
        name = "archive",
        description = {
            "Suspends a tenant, writes it into a file, proves the file, and removes its rows. The directory keeps the tenant,"
                    + " with the file's path and hash; 'tenant restore' brings it back.",
            "Taken up where it was by repeating it."
        })
final class TenantArchiveCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    @Option(names = "--to", paramLabel = "DIR", description = "The folder. Default: migration_config.archive.")
    private @Nullable Path to;

    @Mixin
    private Patience patience;

    @Override
    public Integer call() throws InterruptedException {
        TenantId id = TenantId.parse(tenant);
        OperatorTools tools = tools();
        Path folder = to == null ? tools.strategy().migration().archive() : to;
        if (folder == null) {
            throw new RehomeException(
                    ErrorKind.USER, "Say where archives are kept: --to, or archive in the strategy file.");
        }
        tools.bringUpDirectory();
        Interruption interruption = Interruption.ofThisThread();
        TenantRecord record;
        try (LifeDisplay display = new LifeDisplay(err(), 0)) {
            record = tools.life().archive(id, folder, patience.duration(), display);
        } finally {
            interruption.close();
        }
        print(TenantView.of(record), TenantViews.text(record));
        return 0;
    }
}
