package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Content;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportWriter;
import dev.rehome.export.ExportWriter.Form;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.export.TenantSnapshot;
import dev.rehome.life.TenantLife.Arrived;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/** Takes tenants out of homes and into homes: export, import and clone. */
final class FileTransfer {
    /** A tenant that is moved just when its snapshot is to be taken is looked for again. */
    private static final int ATTEMPTS = 5;

    private final LifeTools tools;
    private final LifeJournal journal;
    private final String by;

    FileTransfer(LifeTools tools, String by) {
        this.tools = tools;
        this.journal = tools.journal();
        this.by = by;
    }

    Written export(TenantId tenant, Path file, FileForm form, LifeListener listener) throws InterruptedException {
        try (TenantSnapshot snapshot = snapshot(tenant)) {
            TenantRecord record = journal.get(tenant);
            listener.step("exporting");
            Written written = write(snapshot, record, file, form, listener);
            journal.note(
                    tenant,
                    LifeOperation.EXPORT,
                    by,
                    written.manifest().rows() + " rows of " + snapshot.level().size() + " changesets in "
                            + file.toAbsolutePath() + ", SHA-256 " + written.sha256());
            return written;
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.EXPORT, tenant, e);
        }
    }

    Written backUp(TenantId tenant, Path file, FileForm form, LifeListener listener) throws InterruptedException {
        BackupLog backups = new BackupLog(tools.connections());
        try (TenantSnapshot snapshot = snapshot(tenant)) {
            backups.written(tenant, file, "", 0); // before there is one: a deletion must not miss it
            Written written = write(snapshot, journal.get(tenant), file, form, listener);
            backups.written(tenant, file, written.sha256(), written.manifest().rows());
            return written;
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.EXPORT, tenant, e);
        }
    }

    static Written write(TenantSnapshot snapshot, TenantRecord record, Path file, FileForm form, LifeListener listener)
            throws SQLException, InterruptedException {
        return ExportWriter.write(
                snapshot,
                new Form(
                        record.name().orElse(""),
                        record.placement()
                                .map(placement -> placement.epoch().value())
                                .orElse(record.lastEpoch()),
                        form.compressed(),
                        form.overwrite()),
                file,
                (table, bytes, total) -> listener.progress(0, 0, bytes));
    }

    private TenantSnapshot snapshot(TenantId tenant) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Placement placement = journal.get(tenant)
                    .placement()
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER,
                            "Tenant " + tenant + " has no home, so there are no rows to be read."
                                    + " 'tenant show' says how it stands."));
            try {
                return TenantSnapshot.of(tools.servers(), tools.tenantColumn(), placement);
            } catch (RehomeException e) {
                if (e.kind() != ErrorKind.STALE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    Arrived importFile(TenantId tenant, Path file, Optional<String> name, Home home, LifeListener listener)
            throws InterruptedException {
        try (ExportFile content = ExportFile.open(file)) {
            String called = name.orElse(content.manifest().name());
            return arrive(
                    LifeOperation.IMPORT,
                    tenant,
                    called.isBlank() ? "tenant " + content.tenant() : called,
                    home,
                    content,
                    "from " + file.toAbsolutePath() + ", SHA-256 " + content.sha256() + ", of tenant "
                            + content.tenant(),
                    listener);
        }
    }

    Arrived copy(TenantId tenant, TenantId copy, Optional<String> name, Home home, LifeListener listener)
            throws InterruptedException {
        String called = journal.get(tenant).name().orElse("tenant " + tenant);
        try (TenantSnapshot content = snapshot(tenant)) {
            return arrive(
                    LifeOperation.CLONE,
                    copy,
                    name.orElse(called),
                    home,
                    content,
                    "a copy of tenant " + tenant,
                    listener);
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.CLONE, tenant, e);
        }
    }

    private Arrived arrive(
            LifeOperation operation,
            TenantId tenant,
            String name,
            Home home,
            Content content,
            String what,
            LifeListener listener)
            throws InterruptedException {
        try (Undertaking undertaking = journal.begin(tenant, operation, by, found -> requireNew(tenant, found))) {
            Optional<Placement> arrived = undertaking.begun().placement();
            if (arrived.isPresent()) {
                return new Filling(tools).conclude(undertaking, arrived.get());
            }
            try {
                undertaking.note(what);
                long rows = new Filling(tools).fill(undertaking, home, content, name, listener);
                undertaking.end(LifeState.ACTIVE, rows + " rows in " + home + ", compared");
                return new Arrived(tools.directory().find(tenant).orElseThrow(), rows);
            } catch (RehomeException e) {
                if (e.kind() == ErrorKind.USER) {
                    undertaking.abandon("refused: " + e.getMessage());
                }
                throw e;
            }
        } catch (SQLException e) {
            throw LifeTools.failed(operation, tenant, e);
        }
    }

    private static void requireNew(TenantId tenant, Optional<TenantRecord> found) {
        found.filter(record -> record.state() != LifeState.ARRIVING && record.state() != LifeState.DELETED)
                .ifPresent(record -> {
                    throw new RehomeException(
                            ErrorKind.USER,
                            "There is a tenant " + tenant + " already: it is " + record.state()
                                    + ". Give another id, or delete that one first.");
                });
    }
}
