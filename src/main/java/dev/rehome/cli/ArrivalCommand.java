package dev.rehome.cli;

import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.dashboard.HomeView;
import dev.rehome.export.ExportFile;
import dev.rehome.life.TenantLife.Arrived;
import dev.rehome.tenant.TenantId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a tenant into a home: from a file, from its archive, or from another tenant. */
abstract class ArrivalCommand extends OperatorCommand {
    @Mixin
    private HomeChoice choice;

    @Command(
            name = "import",
            description = {
                "Brings a tenant in from a file. Nobody is admitted before the server has computed the file's checksums itself.",
                "An import that was cut off is begun anew by repeating it; what it had left is removed first."
            })
    static final class Import extends ArrivalCommand {
        @Parameters(paramLabel = "FILE", description = "As 'tenant export' wrote it.")
        private Path file;

        @Option(names = "--as", paramLabel = "TENANT", description = "The UUID it gets. Default: the one in the file.")
        private @Nullable String as;

        @Option(names = "--name", paramLabel = "NAME", description = "What people call it. Default: as in the file.")
        private @Nullable String name;

        @Override
        Arrived arrive(OperatorTools tools, LifeDisplay display) throws InterruptedException {
            TenantId tenant;
            if (as == null) {
                try (ExportFile opened = ExportFile.open(file)) {
                    tenant = opened.tenant();
                }
            } else {
                tenant = TenantId.parse(as);
            }
            return tools.life()
                    .importFile(tenant, file, Optional.ofNullable(name), choice().homeOf(tools, tenant), display);
        }

        @Override
        long bytes() {
            return Files.isRegularFile(file) ? file.toFile().length() : 0;
        }
    }

    @Command(
            name = "restore",
            description =
                    "Brings an archived tenant back from its file, which stays: to the tier and server that it had, unless"
                            + " another is chosen.")
    static final class Restore extends ArrivalCommand {
        @Parameters(paramLabel = "TENANT", description = "Its UUID.")
        private String tenant;

        @Override
        Arrived arrive(OperatorTools tools, LifeDisplay display) throws InterruptedException {
            TenantId id = TenantId.parse(tenant);
            return tools.life()
                    .restore(
                            id,
                            choice().isMade() ? Optional.of(choice().homeOf(tools, id)) : Optional.empty(),
                            display);
        }
    }

    @Command(
            name = "clone",
            description = {
                "Makes a copy of a tenant, as it is at one moment, under another id, while the tenant is used.",
                "A clone that was cut off is begun anew by repeating it with the same --as."
            })
    static final class Clone extends ArrivalCommand {
        @Parameters(paramLabel = "TENANT", description = "Its UUID.")
        private String tenant;

        @Option(names = "--as", paramLabel = "TENANT", description = "The copy's UUID. Default: a new one.")
        private @Nullable String as;

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "What people call the copy. Default: as the tenant.")
        private @Nullable String name;

        @Override
        Arrived arrive(OperatorTools tools, LifeDisplay display) throws InterruptedException {
            TenantId copy = as == null ? TenantId.of(UUID.randomUUID()) : TenantId.parse(as);
            if (as == null) {
                err().println("The copy is " + copy + ".");
                err().flush();
            }
            return tools.life()
                    .copy(
                            TenantId.parse(tenant),
                            copy,
                            Optional.ofNullable(name),
                            choice().homeOf(tools, copy),
                            display);
        }
    }

    record ArrivedView(String tenant, HomeView home, long epoch, long rows) {}

    abstract Arrived arrive(OperatorTools tools, LifeDisplay display) throws InterruptedException;

    /** About how many there are to be read; 0 if nobody knows. */
    long bytes() {
        return 0;
    }

    HomeChoice choice() {
        return choice;
    }

    @Override
    public Integer call() throws InterruptedException {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Interruption interruption = Interruption.ofThisThread();
        Arrived arrived;
        try (LifeDisplay display = new LifeDisplay(err(), bytes())) {
            arrived = arrive(tools, display);
        } finally {
            interruption.close();
        }
        print(
                new ArrivedView(
                        arrived.placement().tenant().toString(),
                        HomeView.of(arrived.placement().home()),
                        arrived.placement().epoch().value(),
                        arrived.rows()),
                String.format(
                        Locale.ROOT,
                        "Tenant %s is in %s with %,d rows, all compared.",
                        arrived.placement().tenant(),
                        arrived.placement().home(),
                        arrived.rows()));
        return 0;
    }
}
