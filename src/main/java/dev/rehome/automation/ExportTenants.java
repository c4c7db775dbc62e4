package dev.rehome.automation;

import dev.rehome.config.DailyWindow;
import dev.rehome.config.ExportsConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.recovery.NightlyExport;
import dev.rehome.strategy.Night;
import dev.rehome.watch.FleetWatch;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes every tenant into a file once a night, as {@code recovery export-all} does. A process that takes it over in the same night goes
 * on with the tenants that are missing; so does the next try, where some have failed.
 */
final class ExportTenants implements Duty {
    static final String NAME = FleetWatch.NIGHTLY_EXPORT;
    private static final Duration RETRY = Duration.ofMinutes(15);

    @Override
    public String name() {
        return NAME;
    }

    /** Since the window has opened: so it is done once in each. While none is open it is nobody's. */
    @Override
    public Duration interval(NodeTools tools) {
        return tools.config()
                .exports()
                .flatMap(exports -> night(exports, tools))
                .map(night -> Duration.between(night.begin(), tools.clock().instant()))
                .orElse(Duration.ZERO);
    }

    @Override
    public Duration retry(NodeTools tools) {
        return RETRY;
    }

    private static Optional<Night> night(ExportsConfig exports, NodeTools tools) {
        return Night.at(List.of(exports.window()), tools.clock().instant());
    }

    @Override
    public String run(NodeTools tools, Watch watch) throws InterruptedException {
        ExportsConfig exports = tools.config().exports().orElseThrow();
        Optional<Night> night = night(exports, tools);
        if (night.isEmpty()) {
            return "none: the window has closed";
        }
        LocalDate date = date(night.get(), exports.window());
        NightlyExport.Report report = tools.nightlyExport()
                .run(
                        new NightlyExport.Order(
                                exports.directory(), date, exports.keep(), exports.perServer(), true, exports.verify()),
                        (done, total) -> {});
        if (!report.failed().isEmpty()) {
            NightlyExport.Failure first = report.failed().get(0);
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    String.format(
                            Locale.ROOT,
                            "%,d tenants have no file of night %s in %s, such as %s: %s",
                            report.failed().size(),
                            date,
                            exports.directory(),
                            first.tenant(),
                            first.reason()));
        }
        return String.format(
                Locale.ROOT,
                "night %s: %,d tenants written (%,.1f MB), %,d had been already, %,d have no rows; %,d files removed%s",
                date,
                report.written(),
                report.bytes() / 1e6,
                report.already(),
                report.withoutRows(),
                report.removed() + report.removedOfDeleted(),
                report.remarks().isEmpty() ? "" : "; " + String.join(" ", report.remarks()));
    }

    /** The day on which its window opens, where that is. */
    private static LocalDate date(Night night, DailyWindow window) {
        return night.begin().atZone(window.zone()).toLocalDate();
    }
}
