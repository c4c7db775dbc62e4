package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.export.TenantSnapshot;
import dev.rehome.life.TenantLife.Arrived;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.life.TenantRecord.Archived;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Puts a tenant into a file and takes it out of its home; brings it back. Nothing is removed before every byte of the file has been
 * read again from the disk and found as it was written, and that is in the directory. Taken up, it goes on behind the last of suspending,
 * keeping and removing that was begun.
 */
final class Archival {
    private final LifeTools tools;
    private final LifeJournal journal;
    private final String by;

    Archival(LifeTools tools, String by) {
        this.tools = tools;
        this.journal = tools.journal();
        this.by = by;
    }

    void archive(TenantId tenant, Path folder, Duration patience, LifeListener listener) throws InterruptedException {
        if (journal.get(tenant).state() == LifeState.ARCHIVED
                && journal.get(tenant).unended().isEmpty()) {
            return;
        }
        try (Undertaking undertaking = journal.begin(tenant, LifeOperation.ARCHIVE, by, found -> {})) {
            Placement placement = TenantLife.placement(undertaking);
            Optional<String> step = undertaking.begun().step();
            if (step.isEmpty()) {
                listener.step("suspending");
                new Suspension(tools).suspend(undertaking, placement, LifeState.SUSPENDED, Deadline.in(patience));
                undertaking.home(placement.home(), "to be archived from " + placement.home());
                listener.step("writing the archive");
                keep(undertaking, placement, folder, listener);
            }
            if (!step.equals(Optional.of(LifeSteps.REMOVE))) {
                listener.step("proving the archive");
                prove(journal.get(tenant));
                undertaking.step(LifeSteps.REMOVE, "the archive is as it was written; removing begins");
            }
            listener.step("removing the rows");
            Removal removal = new Removal(tools);
            long rows =
                    removal.removeRows(undertaking.lease(), placement.home(), gone -> listener.progress(gone, 0, 0));
            removal.forget(undertaking.lease(), placement.home().database());
            undertaking.end(LifeState.ARCHIVED, rows + " rows removed from " + placement.home(), connection -> {
                try (PreparedStatement delete =
                        connection.prepareStatement("delete from rehome_directory.placement where tenant_id = ?")) {
                    delete.setObject(1, tenant.value());
                    delete.executeUpdate();
                }
            });
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.ARCHIVE, tenant, e);
        }
    }

    private void keep(Undertaking undertaking, Placement placement, Path folder, LifeListener listener)
            throws SQLException, InterruptedException {
        Path file = folder.toAbsolutePath()
                .resolve(placement.tenant() + "-archive-" + placement.epoch() + ".zip")
                .normalize();
        try (TenantSnapshot snapshot = TenantSnapshot.of(tools.servers(), tools.tenantColumn(), placement)) {
            Written written =
                    FileTransfer.write(snapshot, undertaking.begun(), file, new FileForm(true, true), listener);
            undertaking.archived(
                    new Archived(file, written.sha256()),
                    LifeSteps.KEPT,
                    written.manifest().rows() + " rows in " + file + ", SHA-256 " + written.sha256());
        }
    }

    /** Reads the archive to its end; throws if it is not the one that was written. */
    static void prove(TenantRecord record) throws InterruptedException {
        try (ExportFile file = open(record)) {
            file.verify(ExportListener.NONE);
        }
    }

    /** The very file that was written. */
    private static ExportFile open(TenantRecord record) {
        Archived archive = record.archive()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.INVARIANT,
                        "The directory knows no archive of tenant " + record.tenant() + ". Look at its journal."));
        ExportFile file = ExportFile.open(archive.file());
        if (!file.sha256().equals(archive.sha256())) {
            file.close();
            throw new RehomeException(
                    ErrorKind.USER,
                    archive.file() + " is not the archive that was written: its SHA-256 is " + file.sha256()
                            + " and not " + archive.sha256() + ". Put the right one there.");
        }
        return file;
    }

    Arrived restore(TenantId tenant, Optional<Home> wanted, LifeListener listener) throws InterruptedException {
        try (Undertaking undertaking = journal.begin(tenant, LifeOperation.RESTORE, by, found -> {});
                ExportFile file = open(undertaking.begun())) {
            Optional<Placement> arrived = undertaking.begun().placement();
            if (arrived.isPresent()) {
                undertaking.noArchive("the archive is left where it is");
                return new Filling(tools).conclude(undertaking, arrived.get());
            }
            Home home = wanted.or(() -> undertaking.begun().home())
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.USER, "Where tenant " + tenant + " lived is not known. Say the tier."));
            try {
                long rows = new Filling(tools)
                        .fill(
                                undertaking,
                                home,
                                file,
                                undertaking.begun().name().orElse(""),
                                listener);
                undertaking.noArchive("the archive is left where it is: "
                        + undertaking.begun().archive().map(Archived::file).orElseThrow());
                undertaking.end(LifeState.ACTIVE, rows + " rows in " + home + ", compared");
                return new Arrived(tools.directory().find(tenant).orElseThrow(), rows);
            } catch (RehomeException e) {
                if (e.kind() == ErrorKind.USER) {
                    undertaking.abandon("refused: " + e.getMessage());
                }
                throw e;
            }
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.RESTORE, tenant, e);
        }
    }
}
