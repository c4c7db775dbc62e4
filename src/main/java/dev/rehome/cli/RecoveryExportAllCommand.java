package dev.rehome.cli;

import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.config.Retention;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.recovery.NightlyExport;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes all tenants into files, once a night. */
@Command(
        name = "export-all",
        description = {
            "Writes every tenant into a file of its own, DIR/NIGHT/TENANT.zip, while all are used, and removes files that are not to"
                    + " be kept any longer, and those of deleted tenants. Run again in the same night, it goes on with what is missing.",
            "Exit status 0 if every tenant that has a home has a file of this night, 1 if not."
        },
        footer = {
            "",
            "Example:",
            "  rehome recovery export-all --directory /var/backups/rehome --keep 7d,4w,12m --verify"
        })
final class RecoveryExportAllCommand extends OperatorCommand {
    @Option(names = "--directory", paramLabel = "DIR", required = true, description = "The folder.")
    private Path folder;

    @Option(
            names = "--keep",
            paramLabel = "TIMES",
            defaultValue = "7d,4w,12m",
            description =
                    "How many days, weeks, months and years have a file of each tenant; the newest is always kept."
                            + " Default: ${DEFAULT-VALUE}.")
    private String keep;

    @Option(
            names = "--per-server",
            paramLabel = "N",
            defaultValue = "2",
            description = "Tenants of one server at a time; each takes two connections. Default: ${DEFAULT-VALUE}.")
    private int perServer;

    @Option(names = "--night", paramLabel = "DATE", description = "Such as 2026-11-27. Default: today, in UTC.")
    private @Nullable String night;

    @Option(names = "--verify", description = "Read each file again from the disk.")
    private boolean verify;

    @Option(names = "--fast", description = "Quickly written rather than small.")
    private boolean fast;

    record FailureView(String tenant, String reason) {}

    record ReportView(
            String folder,
            String night,
            int written,
            int already,
            int withoutRows,
            long rows,
            long bytes,
            int removed,
            int removedOfDeleted,
            List<FailureView> failed,
            List<String> remarks) {
        static ReportView of(NightlyExport.Report report) {
            return new ReportView(
                    report.folder().toString(),
                    report.night().toString(),
                    report.written(),
                    report.already(),
                    report.withoutRows(),
                    report.rows(),
                    report.bytes(),
                    report.removed(),
                    report.removedOfDeleted(),
                    report.failed().stream()
                            .map(failure -> new FailureView(failure.tenant().toString(), failure.reason()))
                            .toList(),
                    report.remarks());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (perServer < 1) {
            throw new RehomeException(ErrorKind.USER, "--per-server must be at least 1.");
        }
        NightlyExport.Order order =
                new NightlyExport.Order(folder, date(), Retention.parse(keep), perServer, !fast, verify);
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        Interruption interruption = Interruption.ofThisThread();
        NightlyExport.Report report;
        try (CountDisplay display = new CountDisplay(err(), "tenants")) {
            report = tools.nightlyExport().run(order, display::show);
        } finally {
            interruption.close();
        }
        print(ReportView.of(report), text(report));
        return report.failed().isEmpty() ? 0 : BAD_RESULT;
    }

    private LocalDate date() {
        try {
            return night == null ? LocalDate.now(ZoneOffset.UTC) : LocalDate.parse(night);
        } catch (DateTimeException e) {
            throw new RehomeException(ErrorKind.USER, "--night must be a date such as 2026-11-27.", e);
        }
    }

    private static String text(NightlyExport.Report report) {
        StringBuilder text = new StringBuilder();
        report.failed()
                .forEach(failure -> text.append("FAILED ")
                        .append(failure.tenant())
                        .append(": ")
                        .append(failure.reason())
                        .append('\n'));
        report.remarks().forEach(remark -> text.append(remark).append('\n'));
        return text
                + String.format(
                        Locale.ROOT,
                        "%s, night %s: %,d tenants written (%,d rows, %,.1f MB), %,d had been already, %,d have no rows, %,d failed."
                                + "%nRemoved: %,d files that are not to be kept any longer, %,d of deleted tenants.",
                        report.folder(),
                        report.night(),
                        report.written(),
                        report.rows(),
                        report.bytes() / 1e6,
                        report.already(),
                        report.withoutRows(),
                        report.failed().size(),
                        report.removed(),
                        report.removedOfDeleted());
    }
}
