package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Arrival;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.export.ExportWriter;
import dev.rehome.export.TenantSnapshot;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeListener;
import dev.rehome.life.TenantLife;
import dev.rehome.life.TenantLife.Replaced;
import dev.rehome.life.TenantRecord;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.recovery.Verdict.Contested;
import dev.rehome.recovery.Verdict.Lives;
import dev.rehome.recovery.Verdict.Missing;
import dev.rehome.tenant.TenantId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings one tenant back to an earlier moment, out of a server that was restored to it, and touches nobody else: the rows go from the
 * copy into a file, and from there, once all is known to fit, into the place of the present ones.
 */
public final class TenantReturn {
    private final StrategyConfig strategy;
    private final LifeJournal journal;
    private final TenantLife life;

    public TenantReturn(StrategyConfig strategy, LifeJournal journal, TenantLife life) {
        this.strategy = strategy;
        this.journal = journal;
        this.life = life;
    }

    /**
     * What is wanted.
     *
     * @param folder for the file of the earlier rows, and that of the present ones
     * @param check whether only the file is to be written, and looked at whether it fits
     * @param patience how long the tenant's running transactions are waited for
     */
    public record Order(TenantId tenant, RestoredCopy copy, Path folder, boolean check, Duration patience) {}

    /**
     * What was done.
     *
     * @param then where the tenant lived in the copy
     * @param asOf of the latest transaction in the copy; empty if it does not know
     * @param file with the rows of then
     * @param replaced empty if nothing was: for a check, and for a tenant that no home has
     * @param next what is to be done to bring it back, if nothing was; empty else
     */
    public record Report(
            Placement then,
            Optional<Instant> asOf,
            Path file,
            long rows,
            Optional<Replaced> replaced,
            Optional<String> next) {}

    /**
     * Does it.
     *
     * @throws RehomeException (USER) if the copy does not have the tenant, or other tables; (EXTERNAL) if it cannot be read
     */
    public Report run(Order order, LifeListener listener) throws InterruptedException {
        TenantId tenant = order.tenant;
        Optional<TenantRecord> now = journal.find(tenant);
        try {
            Placement then = placement(order);
            Optional<Instant> asOf = order.copy.asOf();
            Path file = order.folder
                    .toAbsolutePath()
                    .resolve(tenant + "-restored.zip")
                    .normalize();
            listener.step("reading from " + then.home() + " of " + order.copy);
            long rows = write(order, then, now.flatMap(TenantRecord::name).orElse(""), file, listener);
            Optional<Home> home = now.flatMap(TenantRecord::placement).map(Placement::home);
            if (home.isEmpty()) {
                return new Report(then, asOf, file, rows, Optional.empty(), Optional.of(notPlaced(now, file)));
            }
            try (ExportFile opened = ExportFile.open(file)) {
                opened.verify(ExportListener.NONE);
                arrival().requireFit(home.get(), opened);
            }
            if (order.check) {
                return new Report(
                        then,
                        asOf,
                        file,
                        rows,
                        Optional.empty(),
                        Optional.of("It fits " + home.get() + ". Nothing was changed; leave --as-of-check out."));
            }
            Replaced replaced = life.replace(tenant, file, order.folder, order.patience, listener);
            return new Report(then, asOf, file, rows, Optional.of(replaced), Optional.empty());
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The rows could not be read from " + order.copy + " (SQLSTATE " + e.getSQLState()
                            + "). Nothing was changed; correct the cause and repeat it.",
                    e);
        }
    }

    private Placement placement(Order order) {
        Survey survey = Survey.of(strategy, order.copy.servers(), (done, total) -> {});
        Verdict verdict = survey.verdict(order.tenant)
                .orElseThrow(
                        () -> new RehomeException(
                                ErrorKind.USER,
                                "No database of " + order.copy + " has heard of tenant " + order.tenant
                                        + (survey.notSeen().isEmpty()
                                                ? ""
                                                : ", and " + String.join("; ", survey.notSeen()))
                                        + ": it lived on another server then, or nowhere yet. Restore that one, or a later moment."));
        if (verdict instanceof Lives lives) {
            return lives.placement();
        }
        if (verdict instanceof Missing missing) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "At that moment tenant " + order.tenant + " was not in " + order.copy + ": " + missing.reason()
                            + ". Restore server "
                            + missing.last().home().database().server()
                            + " to that moment, and name that copy and --copy-of "
                            + missing.last().home().database().server() + ".");
        }
        if (verdict instanceof Contested contested) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Where tenant " + order.tenant + " lived in " + order.copy + " does not follow from what it says: "
                            + contested.reason() + ". Restore another moment.");
        }
        throw new IllegalStateException("A verdict of another kind: " + verdict);
    }

    private long write(Order order, Placement then, String name, Path file, LifeListener listener)
            throws SQLException, InterruptedException {
        try (TenantSnapshot snapshot = TenantSnapshot.of(
                order.copy.servers(), strategy.databases().tenantColumn(), order.tenant, then.home())) {
            return ExportWriter.write(
                            snapshot,
                            new ExportWriter.Form(name, then.epoch().value(), true, true),
                            file,
                            (table, bytes, total) -> listener.progress(0, 0, bytes))
                    .manifest()
                    .rows();
        }
    }

    private Arrival arrival() {
        return new Arrival(
                strategy.servers(),
                strategy.databases().tenantColumn(),
                strategy.migration().workers());
    }

    private static String notPlaced(Optional<TenantRecord> now, Path file) {
        return now.map(record -> switch (record.state()) {
                    case ARCHIVED -> "The tenant is archived. Delete it, then run 'tenant import " + file + "'.";
                    case DELETED -> "The tenant is deleted. Bring it back with 'tenant import " + file + "'.";
                    case ACTIVE, SUSPENDED, DELETING, ARRIVING ->
                        "The tenant has no home now; 'tenant show' says why. When that has ended, run 'tenant import "
                                + file + "'.";
                })
                .orElse("The directory does not know the tenant. Bring it back with 'tenant import " + file + "'.");
    }
}
