package dev.rehome.cli;

import dev.rehome.cli.screen.LifeDisplay;
import dev.rehome.config.DatabaseConfig;
import dev.rehome.dashboard.HomeView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.TenantLife.Replaced;
import dev.rehome.life.TenantRecord;
import dev.rehome.recovery.RestoredCopy;
import dev.rehome.recovery.TenantReturn;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings one tenant back to an earlier moment. */
@Command(
        name = "tenant",
        description = {
            "Brings one tenant back to an earlier moment, out of a server that was restored to it beside the one that it is a copy of."
                    + " Nobody else is touched. The present rows are kept in a file. The tenant is suspended while rows are exchanged.",
            "Taken up where it was by repeating it."
        },
        footer = {
            "",
            "Example:",
            "  rehome recovery tenant 550e8400-e29b-41d4-a716-446655440000 --from-server postgresql://db-2:5433 --as-of-check"
        })
final class RecoveryTenantCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", description = "Its UUID.")
    private String tenant;

    @Option(
            names = "--from-server",
            paramLabel = "URL|NAME",
            required = true,
            description = "The restored server: its URL, or its name in the strategy file.")
    private String from;

    @Option(
            names = "--copy-of",
            paramLabel = "NAME",
            description = "The server that it is a copy of. Default: the one that the tenant lives on now.")
    private @Nullable String copyOf;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "The folder for the file of the earlier rows and that of the present ones. Default:"
                    + " migration_config.archive.")
    private @Nullable Path folder;

    @Option(
            names = {"--as-of-check", "--check"},
            description =
                    "Write the earlier rows into a file, say of which moment they are and whether they fit, and change nothing.")
    private boolean check;

    @Mixin
    private Patience patience;

    record ReportView(
            String tenant,
            HomeView homeThen,
            long epochThen,
            @Nullable String asOf,
            String file,
            long rows,
            boolean replaced,
            @Nullable String kept,
            @Nullable Long epoch,
            @Nullable String next) {}

    @Override
    public Integer call() throws InterruptedException {
        TenantId id = TenantId.parse(tenant);
        OperatorTools tools = tools();
        Path into = folder == null ? tools.strategy().migration().archive() : folder;
        if (into == null) {
            throw new RehomeException(
                    ErrorKind.USER, "Say where files are kept: --directory, or archive in the strategy file.");
        }
        tools.bringUpDirectory();
        RestoredCopy copy = RestoredCopy.at(tools.strategy(), from, original(tools, id));
        Interruption interruption = Interruption.ofThisThread();
        TenantReturn.Report report;
        try (LifeDisplay display = new LifeDisplay(err(), 0)) {
            report = tools.tenantReturn()
                    .run(new TenantReturn.Order(id, copy, into, check, patience.duration()), display);
        } finally {
            interruption.close();
        }
        print(view(id, report), text(copy, report));
        return 0;
    }

    private String original(OperatorTools tools, TenantId id) {
        return copyOf != null
                ? copyOf
                : tools.lives()
                        .find(id)
                        .flatMap(TenantRecord::placement)
                        .map(placement -> placement.home().database().server())
                        .orElse(DatabaseConfig.DEFAULT_SERVER);
    }

    private static ReportView view(TenantId id, TenantReturn.Report report) {
        return new ReportView(
                id.toString(),
                HomeView.of(report.then().home()),
                report.then().epoch().value(),
                report.asOf().map(Instant::toString).orElse(null),
                report.file().toString(),
                report.rows(),
                report.replaced().isPresent(),
                report.replaced().map(Replaced::kept).map(Path::toString).orElse(null),
                report.replaced()
                        .map(replaced -> replaced.placement().epoch().value())
                        .orElse(null),
                report.next().orElse(null));
    }

    private static String text(RestoredCopy copy, TenantReturn.Report report) {
        String found = String.format(
                Locale.ROOT,
                "from     %s%nhome     %s at epoch %s then%nas of    %s%nfile     %s, %,d rows%n",
                copy,
                report.then().home(),
                report.then().epoch(),
                report.asOf()
                        .map(Instant::toString)
                        .orElse("not known: the copy was started anew since it was restored"),
                report.file(),
                report.rows());
        return found
                + report.replaced()
                        .map(replaced -> "present  " + replaced.kept() + "\nTenant "
                                + replaced.placement().tenant() + " is in "
                                + replaced.placement().home() + " at epoch "
                                + replaced.placement().epoch() + " with the rows of then, all compared.")
                        .orElseGet(() -> report.next().orElse(""));
    }
}
