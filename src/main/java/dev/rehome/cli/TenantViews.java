package dev.rehome.cli;

import dev.rehome.dashboard.HomeView;
import dev.rehome.life.LifeEntry;
import dev.rehome.life.LifeOperation;
import dev.rehome.life.TenantRecord;
import dev.rehome.life.TenantRecord.Archived;
import dev.rehome.placement.Placement;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How tenants are shown: records whose fields are the JSON's, and texts. Times are in UTC. */
final class TenantViews {
    private static final String ROW = "%-36s  %-10s  %-8s  %-30s  %s%n";

    private TenantViews() {}

    /** @param unended what was begun with it and has to be repeated */
    record TenantView(
            String tenant,
            @Nullable String name,
            String state,
            String since,
            @Nullable HomeView home,
            @Nullable Long epoch,
            @Nullable String unended,
            @Nullable String archive,
            @Nullable String archiveSha256,
            @Nullable String deletionDueAt) {
        static TenantView of(TenantRecord record) {
            return new TenantView(
                    record.tenant().toString(),
                    record.name().orElse(null),
                    record.state().name(),
                    text(record.since()),
                    record.placement().map(Placement::home).map(HomeView::of).orElse(null),
                    record.placement()
                            .map(placement -> placement.epoch().value())
                            .orElse(null),
                    record.unended().map(LifeOperation::word).orElse(null),
                    record.archive().map(Archived::file).map(Path::toString).orElse(null),
                    record.archive().map(Archived::sha256).orElse(null),
                    record.dueAt().map(TenantViews::text).orElse(null));
        }
    }

    record EntryView(String at, String by, String operation, String note) {
        static EntryView of(LifeEntry entry) {
            return new EntryView(
                    text(entry.writtenAt()), entry.by(), entry.operation().name(), entry.note());
        }
    }

    static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String table(List<TenantRecord> records) {
        if (records.isEmpty()) {
            return "No tenants.";
        }
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, ROW, "TENANT", "STATE", "TIER", "AT", "NAME"));
        for (TenantRecord record : records) {
            table.append(String.format(
                    Locale.ROOT,
                    ROW,
                    record.tenant(),
                    record.state(),
                    record.placement().map(p -> p.home().tier().name()).orElse("-"),
                    record.placement()
                            .map(p -> p.home().database() + "." + p.home().schema())
                            .map(TenantViews::shortened)
                            .orElse("-"),
                    record.name().orElse("")));
        }
        return table.toString().stripTrailing();
    }

    /** The tail of a name says nothing that the tenant's id does not say. */
    private static String shortened(String text) {
        return text.length() <= 30 ? text : text.substring(0, 27) + "...";
    }

    static String text(TenantRecord record) {
        StringBuilder text = new StringBuilder("tenant   " + record.tenant() + "\n");
        record.name().ifPresent(name -> text.append("name     ").append(name).append('\n'));
        text.append("state    ")
                .append(record.state())
                .append(" since ")
                .append(text(record.since()))
                .append('\n');
        record.placement()
                .ifPresent(placement -> text.append("home     ")
                        .append(placement.home())
                        .append(" at epoch ")
                        .append(placement.epoch())
                        .append('\n'));
        record.archive()
                .ifPresent(archive -> text.append("archive  ")
                        .append(archive.file())
                        .append(" (SHA-256 ")
                        .append(archive.sha256())
                        .append(")\n"));
        record.dueAt()
                .ifPresent(due -> text.append("deletion due ").append(text(due)).append('\n'));
        record.unended()
                .ifPresent(operation -> text.append("UNENDED  '")
                        .append(operation.word())
                        .append("' was begun and has not ended: repeat it\n"));
        return text.toString().stripTrailing();
    }

    static String text(List<LifeEntry> entries) {
        StringBuilder text = new StringBuilder();
        for (LifeEntry entry : entries) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %s  %-8s %s (%s)%n",
                    text(entry.writtenAt()),
                    entry.operation().word(),
                    entry.note(),
                    entry.by()));
        }
        return text.toString().stripTrailing();
    }
}
