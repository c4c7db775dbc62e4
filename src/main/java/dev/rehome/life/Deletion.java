package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes a tenant. It is suspended at once; when its time of grace is over everything goes, from every place that can have had
 * something of it. Then each is looked at again, and only if all are empty the record is signed off, in the transaction that removes
 * the directory's own rows: so until the end it is known where to look, and a deletion that was cut off finds all places again.
 */
final class Deletion {
    private static final Duration DEFAULT_GRACE = Duration.ofDays(7);
    private static final String HOME = "HOME";
    private static final String DATABASE = "DATABASE";
    private static final String FILE = "FILE";
    private static final String DIRECTORY = "DIRECTORY";

    private final LifeTools tools;
    private final LifeJournal journal;
    private final DeletionLog log;
    private final BackupLog backups;
    private final Removal removal;
    private final String by;

    Deletion(LifeTools tools, String by) {
        this.tools = tools;
        this.journal = tools.journal();
        this.log = new DeletionLog(tools.connections());
        this.backups = new BackupLog(tools.connections());
        this.removal = new Removal(tools);
        this.by = by;
    }

    /** @param again whether also one that is deleted: a server may have come back from a time at which it had the tenant */
    void delete(TenantId tenant, Optional<Duration> grace, boolean again, Duration patience, LifeListener listener)
            throws InterruptedException {
        TenantRecord record = journal.get(tenant);
        if (record.state() == LifeState.DELETED && record.unended().isEmpty() && !again) {
            return;
        }
        try (Undertaking undertaking = journal.begin(tenant, LifeOperation.DELETE, by, found -> {})) {
            if (!undertaking.begun().step().equals(Optional.of(LifeSteps.REMOVE))) {
                if (!isDue(undertaking, grace, patience, listener)) {
                    return;
                }
                undertaking.beside("removing begins", connection -> DeletionLog.begin(connection, tenant, by));
                undertaking.step(LifeSteps.REMOVE, "from here on only forwards");
            }
            Places places = Places.of(tools, undertaking.begun());
            remove(undertaking.lease(), places, listener);
            removeBackups(tenant);
            lookAgain(tenant, places, listener);
            signOff(undertaking);
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.DELETE, tenant, e);
        }
    }

    /** Suspends the tenant if it is not yet, and says whether its time of grace is over. */
    private boolean isDue(Undertaking undertaking, Optional<Duration> grace, Duration patience, LifeListener listener)
            throws SQLException, InterruptedException {
        TenantRecord begun = undertaking.begun();
        if (begun.state() == LifeState.ARRIVING || begun.state() == LifeState.DELETED) {
            return true; // nobody has ever used it, or will
        }
        Optional<Instant> said = begun.state() == LifeState.DELETING ? begun.dueAt() : Optional.empty();
        Instant due =
                grace.isEmpty() && said.isPresent() ? said.get() : journal.now().plus(grace.orElse(DEFAULT_GRACE));
        Optional<Placement> placement = begun.placement();
        if (placement.isPresent() && said.isEmpty()) {
            listener.step("suspending");
            new Suspension(tools).suspend(undertaking, placement.get(), LifeState.DELETING, Deadline.in(patience));
        }
        if (!said.equals(Optional.of(due))) {
            undertaking.dueAt(due, "to be deleted not before " + due);
        }
        boolean isDue = !journal.now().isBefore(due);
        if (!isDue) {
            if (placement.isPresent()) {
                tools.drop(placement.get().home(), undertaking.lease());
            }
            undertaking.end(LifeState.DELETING, "'resume' takes that back until then");
        }
        return isDue;
    }

    private void remove(Lease lease, Places places, LifeListener listener) throws SQLException {
        for (Home home : places.homes()) {
            listener.step("removing from " + home);
            log.removed(
                    lease.tenant(), HOME, home, removal.removeRows(lease, home, gone -> listener.progress(gone, 0, 0)));
        }
        for (Database database : places.databases()) {
            listener.step("removing from " + database);
            log.removed(lease.tenant(), DATABASE, database, removal.forget(lease, database));
        }
        for (Path file : places.files()) {
            log.removed(lease.tenant(), FILE, file, removed(file) ? 1 : 0);
        }
    }

    /**
     * Those that can be reached from here. The others are on the machine that wrote them: the record names them, and the next nightly
     * export there removes them.
     */
    private void removeBackups(TenantId tenant) {
        for (Path file : backups.of(tenant)) {
            log.removed(tenant, BackupLog.BACKUP, file, 0);
            if (removed(file)) {
                backups.removed(tenant, file);
            } else {
                log.lookedAt(tenant, BackupLog.BACKUP, file, 1);
            }
        }
    }

    private static boolean removed(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The file " + file + " cannot be removed: " + e + ". Mend that, and repeat 'delete'.",
                    e);
        }
    }

    private void lookAgain(TenantId tenant, Places places, LifeListener listener) throws SQLException {
        List<String> found = new ArrayList<>();
        for (Home home : places.homes()) {
            listener.step("looking into " + home);
            lookedAt(tenant, HOME, home, removal.remaining(tenant, home), found);
        }
        for (Database database : places.databases()) {
            lookedAt(tenant, DATABASE, database, removal.remaining(tenant, database), found);
        }
        for (Path file : places.files()) {
            lookedAt(tenant, FILE, file, Files.exists(file) ? 1 : 0, found);
        }
        if (!found.isEmpty()) {
            throw leftBehind(tenant, found);
        }
    }

    private void lookedAt(TenantId tenant, String kind, Object place, long remaining, List<String> found) {
        log.lookedAt(tenant, kind, place, remaining);
        if (remaining > 0) {
            found.add(remaining + " in " + place);
        }
    }

    private static RehomeException leftBehind(TenantId tenant, List<String> found) {
        return new RehomeException(
                ErrorKind.EXTERNAL,
                "There is something of tenant " + tenant + " again: " + String.join(", ", found)
                        + ". Find out who writes it, and repeat 'delete'. The deletion is not signed off.");
    }

    private void signOff(Undertaking undertaking) {
        TenantId tenant = undertaking.tenant();
        undertaking.end(LifeState.DELETED, "all places were looked at again and are empty; signed off", connection -> {
            Map<String, Long> removed = DirectoryTraces.remove(connection, tenant);
            List<String> found = new ArrayList<>();
            for (Map.Entry<String, Long> left :
                    DirectoryTraces.count(connection, tenant).entrySet()) {
                DeletionLog.write(
                        connection,
                        tenant,
                        DIRECTORY,
                        left.getKey(),
                        removed.getOrDefault(left.getKey(), 0L),
                        Optional.of(left.getValue()));
                if (left.getValue() > 0) {
                    found.add(left.getValue() + " in the directory's " + left.getKey());
                }
            }
            if (!found.isEmpty()) {
                throw leftBehind(tenant, found);
            }
            DeletionLog.signOff(connection, tenant, undertaking.by());
        });
    }
}
