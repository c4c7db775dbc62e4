package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Arrival;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.export.TenantSnapshot;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.life.TenantLife.Replaced;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Puts the rows of a file in the place of a tenant's rows, in the home that it lives in. The file is read to its end, and the tenant
 * suspended, before the present rows go into a file of their own; nothing is removed before that has been read again from the disk.
 * The new rows are loaded and compared in one transaction, and the tenant is admitted at the next epoch. Taken up, it empties and
 * loads again, until the home has admitted the tenant.
 */
final class Replacement {
    private final LifeTools tools;
    private final Removal removal;
    private final String by;

    Replacement(LifeTools tools, String by) {
        this.tools = tools;
        this.removal = new Removal(tools);
        this.by = by;
    }

    Replaced replace(TenantId tenant, Path file, Path folder, Duration patience, LifeListener listener)
            throws InterruptedException {
        try (ExportFile content = ExportFile.open(file);
                Undertaking undertaking = tools.journal().begin(tenant, LifeOperation.REPLACE, by, found -> {})) {
            Placement placement = TenantLife.placement(undertaking);
            Placement next =
                    new Placement(tenant, placement.home(), placement.epoch().next());
            Path kept = folder.toAbsolutePath()
                    .resolve(tenant + "-replaced-" + placement.epoch() + ".zip")
                    .normalize();
            boolean removing =
                    undertaking.begun().step().filter(LifeSteps.REMOVE::equals).isPresent();
            if (!removing) {
                prepare(undertaking, placement, content, kept, patience, listener);
            }
            if (!isAdmitted(next)) {
                exchange(undertaking, next, content, listener);
            }
            tools.claim(next.home(), undertaking.lease());
            tools.drop(next.home(), undertaking.lease());
            undertaking.end(
                    undertaking.begun().state(),
                    content.manifest().rows() + " rows of " + content.manifest().exportedAt() + " from "
                            + file.toAbsolutePath() + " are in the place of those that " + kept + " has",
                    connection -> JdbcDirectory.advance(connection, next));
            return new Replaced(next, content.manifest().rows(), kept);
        } catch (SQLException e) {
            throw LifeTools.failed(LifeOperation.REPLACE, tenant, e);
        }
    }

    /** Up to here the tenant can be resumed, and has all its rows. */
    private void prepare(
            Undertaking undertaking,
            Placement placement,
            ExportFile content,
            Path kept,
            Duration patience,
            LifeListener listener)
            throws SQLException, InterruptedException {
        try {
            if (!content.tenant().equals(undertaking.tenant())) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "The file is of tenant " + content.tenant() + " and not of " + undertaking.tenant()
                                + ". Nothing was changed; name a file of this tenant.");
            }
            listener.step("reading the file");
            content.verify((table, bytes, total) -> listener.progress(0, 0, bytes));
            tools.homes().awaitChanges(placement.home()); // whoever changes it later sees that it is used
            arrival().requireFit(placement.home(), content);
        } catch (RehomeException e) {
            if (e.kind() == ErrorKind.USER && undertaking.begun().step().isEmpty()) {
                undertaking.abandon("refused: " + e.getMessage());
            }
            throw e;
        }
        listener.step("suspending");
        new Suspension(tools)
                .suspend(undertaking, placement, undertaking.begun().state(), Deadline.in(patience));
        listener.step("keeping the present rows in " + kept);
        try (TenantSnapshot snapshot = TenantSnapshot.of(tools.servers(), tools.tenantColumn(), placement)) {
            Written written =
                    FileTransfer.write(snapshot, undertaking.begun(), kept, new FileForm(true, true), listener);
            undertaking.note(written.manifest().rows() + " rows are kept in " + kept + ", SHA-256 " + written.sha256());
        }
        try (ExportFile proven = ExportFile.open(kept)) {
            proven.verify(ExportListener.NONE);
        }
        undertaking.step(LifeSteps.REMOVE, "the file is as it was written; the rows give way");
    }

    private void exchange(Undertaking undertaking, Placement next, ExportFile content, LifeListener listener)
            throws SQLException, InterruptedException {
        Lease lease = undertaking.lease();
        Home home = next.home();
        listener.step("emptying " + home);
        removal.empty(lease, home, gone -> listener.progress(gone, 0, 0));
        listener.step("loading");
        // As shared tables are: in one transaction, with all that protects them in place.
        Home inPlace = new Home(Tier.SHARED, home.database(), home.schema());
        arrival().fill(lease, inPlace, content, (table, bytes, total) -> listener.progress(0, 0, bytes));
        tools.write(home, lease, connection -> {
            Residency.here(connection, next, false);
            return undertaking.begun().state() == LifeState.SUSPENDED && Residency.suspend(connection, next);
        });
    }

    private boolean isAdmitted(Placement next) throws SQLException {
        try (Connection connection = tools.open(next.home())) {
            return Residency.isHere(connection, next) || Residency.isSuspended(connection, next);
        }
    }

    private Arrival arrival() {
        return new Arrival(
                tools.servers(),
                tools.tenantColumn(),
                tools.strategy().migration().workers());
    }
}
