package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.fleet.Provisioner;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can do with a tenant from its creation to its deletion, for homes on PostgreSQL. Every operation can be
 * repeated: one that was cut off is taken up where it was, and one that is done does nothing more. All is written into the
 * tenant's journal in the directory. Thread-safe; failures of a database are {@link RehomeException}s (EXTERNAL).
 */
public final class TenantLife {
    private final LifeTools tools;
    private final LifeJournal journal;
    private final String by;

    /** @param by who does it, for the journal */
    public TenantLife(LifeTools tools, String by) {
        this.tools = tools;
        this.journal = tools.journal();
        this.by = by;
    }

    /**
     * What a creation has come to.
     *
     * @param created whether the tenant is new
     */
    public record Created(Placement placement, boolean created) {}

    /**
     * Creates a tenant, whom its home admits from then on. One that exists stays where it is.
     *
     * @throws RehomeException (USER) if the id is that of a tenant that is archived or deleted
     */
    public Created create(TenantId tenant, String name, Home home) {
        Optional<TenantRecord> known = journal.find(tenant);
        known.filter(record -> record.placement().isEmpty() && record.state() != LifeState.ACTIVE)
                .ifPresent(record -> {
                    throw new RehomeException(
                            ErrorKind.USER,
                            "Tenant " + tenant + " is " + record.state() + " and is not created again. "
                                    + (record.state() == LifeState.ARCHIVED ? "Restore it." : "Give another id."));
                });
        Placement placement = Provisioner.of(tools.servers(), tools.homes(), tools.directory())
                .create(tenant, name, home);
        boolean created = known.flatMap(TenantRecord::placement).isEmpty();
        if (created) {
            journal.note(tenant, LifeOperation.CREATE, by, "created in " + placement.home());
        }
        return new Created(placement, created);
    }

    /** How the tenant stands. */
    public TenantRecord show(TenantId tenant) {
        return journal.get(tenant);
    }

    /** As {@link LifeJournal#page}. */
    public List<TenantRecord> list(LifeJournal.Wanted wanted, @Nullable TenantId after, int limit) {
        return journal.page(wanted, after, limit);
    }

    /** What was done with the tenant, oldest line first. */
    public List<LifeEntry> entries(TenantId tenant) {
        return journal.entries(tenant);
    }

    /**
     * Suspends a tenant: its home refuses new transactions with {@code TenantSuspendedException}, and those that are running end.
     * Does nothing if it is suspended already.
     *
     * @param patience how long the running transactions are waited for
     * @throws RehomeException (BUSY) if it is in a move, or its transactions have not ended in time: new ones are refused then
     *     all the same, and the tenant can be suspended again or resumed
     */
    public TenantRecord suspend(TenantId tenant, Duration patience) throws InterruptedException {
        TenantRecord record = journal.get(tenant);
        if (record.state() == LifeState.SUSPENDED && record.unended().isEmpty()) {
            return record;
        }
        Deadline deadline = Deadline.in(patience);
        try (Undertaking undertaking = journal.begin(tenant, LifeOperation.SUSPEND, by, found -> {})) {
            new Suspension(tools).suspend(undertaking, placement(undertaking), LifeState.SUSPENDED, deadline);
            tools.drop(placement(undertaking).home(), undertaking.lease());
            undertaking.end(LifeState.SUSPENDED, "suspended; no transaction of its is running");
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.SUSPEND, tenant, e);
        }
        return journal.get(tenant);
    }

    /**
     * Lets a suspended tenant be used again, also one that is to be deleted, until its deletion has begun. Does nothing if it is
     * active.
     */
    public TenantRecord resume(TenantId tenant, Duration patience) throws InterruptedException {
        TenantRecord record = journal.get(tenant);
        if (record.state() == LifeState.ACTIVE && record.unended().isEmpty()) {
            return record;
        }
        Deadline deadline = Deadline.in(patience);
        try (Undertaking undertaking =
                journal.begin(tenant, LifeOperation.RESUME, by, found -> found.ifPresent(TenantLife::requireWhole))) {
            TenantRecord begun = undertaking.begun();
            if (begun.placement().isEmpty() && begun.archive().isPresent()) {
                undertaking.dueAt(null, "it is not to be deleted");
                undertaking.end(LifeState.ARCHIVED, "its archive stays");
                return journal.get(tenant);
            }
            Placement placement = placement(undertaking);
            tools.claim(placement.home(), undertaking.lease());
            new Suspension(tools).admit(placement, undertaking.lease(), deadline);
            tools.drop(placement.home(), undertaking.lease());
            undertaking.dueAt(null, placement.home() + " admits it");
            undertaking.end(LifeState.ACTIVE, "resumed");
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.RESUME, tenant, e);
        }
        return journal.get(tenant);
    }

    /**
     * How a file is to be written.
     *
     * @param compressed whether it is to be small rather than quickly written
     * @param overwrite whether a file of this name may be replaced
     */
    public record FileForm(boolean compressed, boolean overwrite) {}

    /**
     * Writes all rows of a tenant, as they are at one moment, into a file. The tenant is used meanwhile.
     *
     * @throws RehomeException (USER) if the tenant has no home, or there is such a file
     */
    public Written export(TenantId tenant, Path file, FileForm form, LifeListener listener)
            throws InterruptedException {
        return new FileTransfer(tools, by).export(tenant, file, form, listener);
    }

    /**
     * Brings a tenant in from a file and has its home admit it. A file that is damaged, of other tables, or not what it says leaves
     * nothing behind.
     *
     * @param tenant whose rows they are to be; the file's own id or any other that is free
     * @param name for people; empty for the one in the file
     * @throws RehomeException (USER) if the file is wrong, or there is such a tenant
     */
    public Arrived importFile(TenantId tenant, Path file, Optional<String> name, Home home, LifeListener listener)
            throws InterruptedException {
        return new FileTransfer(tools, by).importFile(tenant, file, name, home, listener);
    }

    /**
     * Makes a copy of a tenant, as it is at one moment, under a new id. The tenant is used meanwhile.
     *
     * @throws RehomeException (USER) if there is a tenant with the new id
     */
    public Arrived copy(TenantId tenant, TenantId copy, Optional<String> name, Home home, LifeListener listener)
            throws InterruptedException {
        return new FileTransfer(tools, by).copy(tenant, copy, name, home, listener);
    }

    /** A tenant that came from elsewhere, and how many rows of it. */
    public record Arrived(Placement placement, long rows) {}

    /**
     * Suspends a tenant, writes all of it into a file, proves the file, and removes everything else of it but its entry in the
     * directory.
     *
     * @param folder for the file
     * @param patience how long its running transactions are waited for
     */
    public TenantRecord archive(TenantId tenant, Path folder, Duration patience, LifeListener listener)
            throws InterruptedException {
        new Archival(tools, by).archive(tenant, folder, patience, listener);
        return journal.get(tenant);
    }

    /**
     * Brings an archived tenant back from its file.
     *
     * @param home empty for the one that it had
     */
    public Arrived restore(TenantId tenant, Optional<Home> home, LifeListener listener) throws InterruptedException {
        return new Archival(tools, by).restore(tenant, home, listener);
    }

    /**
     * Deletes a tenant: suspends it at once and, when the time of grace is over and this is called again, removes everything of it
     * everywhere. Until then {@link #resume} takes it back.
     *
     * @param grace counted from the first call; empty for 7 days then, and for whatever was said before later
     */
    public TenantRecord delete(TenantId tenant, Optional<Duration> grace, Duration patience, LifeListener listener)
            throws InterruptedException {
        new Deletion(tools, by).delete(tenant, grace, false, patience, listener);
        return journal.get(tenant);
    }

    /**
     * As {@link #delete}, without a time of grace and also if the tenant is deleted: after a server has come back from a time at which
     * it had the tenant.
     */
    public TenantRecord deleteAgain(TenantId tenant, Duration patience, LifeListener listener)
            throws InterruptedException {
        new Deletion(tools, by).delete(tenant, Optional.of(Duration.ZERO), true, patience, listener);
        return journal.get(tenant);
    }

    /** Rows that have come in the place of others. */
    public record Replaced(Placement placement, long rows, Path kept) {}

    /**
     * Puts the rows of a file, which is of the same tenant, in the place of the tenant's rows, and leaves it where it lives. The rows
     * that give way are kept in a file. The tenant is suspended meanwhile; whoever enters gets {@code TenantSuspendedException}.
     *
     * @param folder for the file of the rows that give way
     * @param patience how long its running transactions are waited for
     * @throws RehomeException (USER) if the file is damaged, of another tenant, or of another level of the changelog: then nothing has
     *     changed
     */
    public Replaced replace(TenantId tenant, Path file, Path folder, Duration patience, LifeListener listener)
            throws InterruptedException {
        return new Replacement(tools, by).replace(tenant, file, folder, patience, listener);
    }

    /**
     * Makes databases and directory agree that a tenant lives in this home, after one of them has come back from an older time. No row
     * is touched. What a lost move had switched on is switched off.
     *
     * @param lives at an epoch greater than all that anybody knows for another home
     * @param elsewhere databases that are to send the tenant there, if they have heard of it
     * @param suspended whether its home goes on refusing it
     * @param why for the tenant's journal
     * @throws RehomeException (BUSY) if the tenant is in a move, or its transactions do not end
     */
    public void settle(Placement lives, Collection<Database> elsewhere, boolean suspended, String why) {
        new Settlement(tools, by).settle(lives, elsewhere, suspended, why);
    }

    /** Has databases refuse a tenant that is archived or deleted and has risen there with an older state of the server. */
    public void shut(TenantId tenant, Collection<Database> risen, String why) {
        new Settlement(tools, by).shut(tenant, risen, why);
    }

    /** How many rows of the tenant there are in homes that it does not live in, where there are some. */
    public Map<Home, Long> copies(TenantId tenant) {
        return new Settlement(tools, by).copies(journal.get(tenant));
    }

    /**
     * Removes the tenant's rows from all homes that it does not live in; of an archived one from all, once its archive has been found
     * whole.
     *
     * @return how many rows have gone, by home
     * @throws RehomeException (STALE) if the home that the directory names does not have the tenant
     */
    public Map<Home, Long> removeCopies(TenantId tenant, LifeListener listener) throws InterruptedException {
        return new Settlement(tools, by).removeCopies(tenant, listener);
    }

    /**
     * As {@link #export}, for a file that is one of many: it is written down among the tenant's back-ups, and not in its journal.
     */
    public Written backUp(TenantId tenant, Path file, FileForm form, LifeListener listener)
            throws InterruptedException {
        return new FileTransfer(tools, by).backUp(tenant, file, form, listener);
    }

    /** The record of the tenant's latest deletion. */
    public Optional<DeletionRecord> deletion(TenantId tenant) {
        return new DeletionLog(tools.connections()).find(tenant);
    }

    /** Once rows have begun to go there is no way back but the file. */
    private static void requireWhole(TenantRecord record) {
        if (record.step().equals(Optional.of(LifeSteps.REMOVE))) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Rows of tenant " + record.tenant() + " are being removed already. Repeat '"
                            + record.unended().map(LifeOperation::word).orElse("delete") + "' to its end.");
        }
    }

    static Placement placement(Undertaking undertaking) {
        return undertaking
                .begun()
                .placement()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.INVARIANT,
                        "The directory knows tenant " + undertaking.tenant()
                                + " and no home of it. 'rehome doctor' compares the directory with the homes."));
    }
}
