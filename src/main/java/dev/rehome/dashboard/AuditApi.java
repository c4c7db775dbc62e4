package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.audit.AuditEntry;
import dev.rehome.audit.AuditFilter;
import dev.rehome.audit.AuditTrail;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who did what. Thread-safe. */
final class AuditApi {
    private static final int USUAL = 100;
    private static final int MOST = 500;

    private final AuditTrail trail;

    AuditApi(ConnectionSource directory) {
        this.trail = new AuditTrail(directory);
    }

    List<Route> routes() {
        return List.of(get("/audit", this::list));
    }

    /** An entry, as it is answered. */
    record Entry(
            Instant at,
            @Nullable String by,
            String area,
            String action,
            @Nullable TenantId tenant,
            String subject,
            String reason,
            String outcome) {
        static Entry of(AuditEntry entry) {
            return new Entry(
                    entry.at(),
                    entry.by().orElse(null),
                    entry.area(),
                    entry.action(),
                    entry.tenant().orElse(null),
                    entry.subject(),
                    entry.reason(),
                    entry.outcome());
        }
    }

    record Entries(List<Entry> entries) {}

    private Entries list(Call call) {
        AuditFilter filter = new AuditFilter(
                call.parameter("tenant").map(TenantId::parse),
                call.parameter("area").map(AuditFilter::area),
                call.parameter("since").map(text -> instant("since", text)),
                call.parameter("before").map(text -> instant("before", text)));
        return new Entries(trail.recent(filter, call.number("limit", USUAL, 1, MOST)).stream()
                .map(Entry::of)
                .toList());
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Refusal.bad("'" + name + "' is a time such as 2026-01-31T12:00:00Z. Correct it.");
        }
    }
}
