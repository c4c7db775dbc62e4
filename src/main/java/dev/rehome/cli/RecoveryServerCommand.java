package dev.rehome.cli;

import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.recovery.ServerReturn;
import dev.rehome.recovery.ServerReturn.Finding;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a server that was restored to an older time agree with the others. */
@Command(
        name = "server",
        description = {
            "Compares a server that was restored to an older time with the directory and all other servers, and says for each tenant"
                    + " of which they disagree what is so and what is to be done. Run it before applications reach the server.",
            "Exit status 0 if nothing is left to be done, 1 if something is."
        },
        footer = {"", "Example:", "  rehome recovery server eu-1 --mend"})
final class RecoveryServerCommand extends OperatorCommand {
    @Parameters(paramLabel = "SERVER", description = "Its name in the strategy file.")
    private String server;

    @Option(names = "--mend", description = "Do what loses nothing; only say the rest.")
    private boolean mend;

    record FindingView(String tenant, String change, String problem, String todo, boolean mendable, boolean mended) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.tenant().toString(),
                    finding.change().name(),
                    finding.problem(),
                    finding.todo(),
                    finding.mendable(),
                    finding.mended());
        }
    }

    record ReportView(String server, int tenants, List<FindingView> findings, List<String> notSeen) {}

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        ServerReturn.Report report;
        try (CountDisplay display = new CountDisplay(err(), "databases")) {
            report = tools.serverReturn().run(server, mend, display::show);
        }
        print(
                new ReportView(
                        report.server(),
                        report.tenants(),
                        report.findings().stream().map(FindingView::of).toList(),
                        report.notSeen()),
                text(report));
        return report.findings().stream().allMatch(Finding::mended)
                        && report.notSeen().isEmpty()
                ? 0
                : BAD_RESULT;
    }

    private String text(ServerReturn.Report report) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : report.findings()) {
            text.append(String.format(
                    Locale.ROOT,
                    "tenant %s  %s%s%n  %s%n  %s%n",
                    finding.tenant(),
                    finding.change(),
                    finding.mended() ? ", mended" : finding.mendable() ? ", can be mended by --mend" : "",
                    finding.problem(),
                    finding.todo()));
        }
        report.notSeen().forEach(line -> text.append("NOT SEEN: ").append(line).append('\n'));
        long mended = report.findings().stream().filter(Finding::mended).count();
        return text
                + String.format(
                        Locale.ROOT,
                        "%,d tenants have or had to do with server %s: %,d not as they were, %,d of them mended.",
                        report.tenants(),
                        report.server(),
                        report.findings().size(),
                        mended);
    }
}
