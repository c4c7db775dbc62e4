package dev.rehome.cli;

import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.dashboard.HomeView;
import dev.rehome.life.TenantRecord.Archived;
import dev.rehome.placement.Placement;
import dev.rehome.recovery.DirectoryRebuild;
import dev.rehome.recovery.DirectoryRebuild.Found;
import dev.rehome.recovery.DirectoryRebuild.Undecided;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a lost directory anew. */
@Command(
        name = "directory",
        description = {
            "Asks every database of every server in the strategy file who lives there, and writes the directory from their answers."
                    + " A tenant of which they do not say one thing is named and not written. The database that the directory is in"
                    + " has to be there, and empty of it.",
            "Exit status 0 if every tenant was found and every database was looked at, 1 if not."
        },
        footer = {
            "",
            "Examples:",
            "  rehome recovery directory --dry-run",
            "  rehome recovery directory --exports /var/backups/rehome",
            "  rehome recovery directory --missing-only --end-moves"
        })
final class RecoveryDirectoryCommand extends OperatorCommand {
    @Option(names = "--dry-run", description = "Write nothing: say what would be written.")
    private boolean dryRun;

    @Option(names = "--missing-only", description = "Add what a directory lacks, and change nothing that it has.")
    private boolean missingOnly;

    @Option(
            names = "--end-moves",
            description = "Switch off what moves had switched on that nobody remembers: records of changes, leases.")
    private boolean endMoves;

    @Option(
            names = "--exports",
            paramLabel = "DIR",
            description = "The folder of the nightly exports, for the tenants' names and hosts.")
    private @Nullable Path exports;

    record FoundView(
            String tenant,
            String name,
            @Nullable HomeView home,
            @Nullable Long epoch,
            @Nullable String archive,
            boolean suspended,
            List<String> hosts,
            List<String> remarks) {
        static FoundView of(Found found) {
            return new FoundView(
                    found.tenant().toString(),
                    found.name(),
                    found.placement().map(Placement::home).map(HomeView::of).orElse(null),
                    found.placement()
                            .map(placement -> placement.epoch().value())
                            .orElse(null),
                    found.archive().map(Archived::file).map(Path::toString).orElse(null),
                    found.suspended(),
                    found.hosts(),
                    found.remarks());
        }
    }

    record UndecidedView(String tenant, String reason, List<String> claims) {}

    record ReportView(
            boolean written,
            int databases,
            int known,
            List<FoundView> found,
            List<UndecidedView> undecided,
            List<String> notSeen) {}

    @Override
    public Integer call() {
        DirectoryRebuild.Report report;
        try (OperatorTools tools = OperatorTools.withoutDirectory(strategy());
                CountDisplay display = new CountDisplay(err(), "databases")) {
            report = tools.directoryRebuild()
                    .run(new DirectoryRebuild.Order(missingOnly, dryRun, endMoves, exports), display::show);
        }
        print(
                new ReportView(
                        report.written(),
                        report.databases(),
                        report.known(),
                        report.found().stream().map(FoundView::of).toList(),
                        report.undecided().stream()
                                .map(each -> new UndecidedView(each.tenant().toString(), each.reason(), each.claims()))
                                .toList(),
                        report.notSeen()),
                text(report));
        return report.undecided().isEmpty() && report.notSeen().isEmpty() ? 0 : BAD_RESULT;
    }

    private static String text(DirectoryRebuild.Report report) {
        StringBuilder text = new StringBuilder();
        for (Found found : report.found()) {
            if (!found.remarks().isEmpty()) {
                text.append("tenant ")
                        .append(found.tenant())
                        .append(' ')
                        .append(found.placement()
                                .map(placement -> "in " + placement.home() + " at epoch " + placement.epoch())
                                .orElse("is archived"))
                        .append('\n');
                found.remarks()
                        .forEach(remark -> text.append("  ").append(remark).append('\n'));
            }
        }
        for (Undecided undecided : report.undecided()) {
            text.append("tenant ")
                    .append(undecided.tenant())
                    .append(" was NOT written: ")
                    .append(undecided.reason())
                    .append('\n');
            undecided.claims().forEach(claim -> text.append("  ").append(claim).append('\n'));
        }
        report.notSeen().forEach(line -> text.append("NOT SEEN: ").append(line).append('\n'));
        long archived = report.found().stream()
                .filter(found -> found.archive().isPresent())
                .count();
        return text
                + String.format(
                        Locale.ROOT,
                        "%,d databases: %,d tenants %s, %,d of them archived; %,d not decided; %,d were in the directory.%n",
                        report.databases(),
                        report.found().size(),
                        report.written() ? "written" : "found, and nothing written",
                        archived,
                        report.undecided().size(),
                        report.known())
                + "Not recovered: journals of moves and of tenants, records of deletions, statistics, the audit"
                + (report.found().stream().allMatch(found -> found.hosts().isEmpty())
                        ? ", hosts, and names of tenants without a file."
                        : ".");
    }
}
