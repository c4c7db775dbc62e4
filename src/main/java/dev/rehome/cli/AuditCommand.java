package dev.rehome.cli;

import dev.rehome.audit.AuditEntry;
import dev.rehome.audit.AuditFilter;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says who did what. */
@Command(
        name = "audit",
        description =
                "Says who did what, when, why and with what outcome, the newest first: moves, the lives of tenants, schema"
                        + " changes, reads across tenants, plans, and what was done or refused at the dashboard.",
        footer = {
            "",
            "Examples:",
            "  rehome audit --since 24h",
            "  rehome audit --tenant 550e8400-e29b-41d4-a716-446655440000 --json"
        })
final class AuditCommand extends OperatorCommand {
    private static final String ROW = "%-20s  %-26s  %-20s  %-10s  %-36s  %s%n";
    private static final int LONGEST_NAME = 26;

    @Option(names = "--tenant", paramLabel = "TENANT", description = "Only what was done with this one.")
    private @Nullable String tenant;

    @Option(
            names = "--area",
            paramLabel = "AREA",
            description = "Only move, tenant, schema, across, plan or dashboard.")
    private @Nullable String area;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only what is not older than this: 24h, 7d, or a point in time such as 2026-01-31T12:00:00Z.")
    private @Nullable String since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "No more than so many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    record DeedView(
            String at,
            @Nullable String by,
            String area,
            String action,
            @Nullable String tenant,
            String subject,
            String reason,
            String outcome) {
        static DeedView of(AuditEntry entry) {
            return new DeedView(
                    MoveViews.text(entry.at()),
                    entry.by().orElse(null),
                    entry.area(),
                    entry.action(),
                    entry.tenant().map(TenantId::toString).orElse(null),
                    entry.subject(),
                    entry.reason(),
                    entry.outcome());
        }
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new RehomeException(ErrorKind.USER, "--limit is at least 1. Correct it.");
        }
        AuditFilter filter = new AuditFilter(
                Optional.ofNullable(tenant).map(TenantId::parse),
                Optional.ofNullable(area).map(AuditFilter::area),
                Optional.ofNullable(since).map(AuditCommand::pointInTime),
                Optional.empty());
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        List<AuditEntry> entries = tools.auditTrail().recent(filter, limit);
        print(entries.stream().map(DeedView::of).toList(), table(entries));
        return 0;
    }

    private static Instant pointInTime(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException noPoint) {
            Duration ago = duration("--since", text);
            return Instant.now().minus(ago);
        }
    }

    private static String table(List<AuditEntry> entries) {
        if (entries.isEmpty()) {
            return "Nothing was done.";
        }
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, ROW, "AT", "BY", "DEED", "OUTCOME", "SUBJECT", "REASON"));
        for (AuditEntry entry : entries) {
            table.append(String.format(
                    Locale.ROOT,
                    ROW,
                    MoveViews.text(entry.at()),
                    plain(entry.by().map(AuditCommand::shortened).orElse("-")),
                    entry.area() + " " + entry.action(),
                    entry.outcome(),
                    plain(entry.subject()),
                    plain(entry.reason())));
        }
        return table.toString().stripTrailing();
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 3) + "...";
    }

    /** A terminal obeys control characters, and what was typed somewhere else may have any. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
