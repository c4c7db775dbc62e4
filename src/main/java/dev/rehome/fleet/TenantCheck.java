package dev.rehome.fleet;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.fleet.TenantVerdict.TableRows;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MovePhase.Serving;
import dev.rehome.move.MoveStatus;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.time.Deadline;
import dev.rehome.verify.Follower;
import dev.rehome.verify.VerificationReport;
import dev.rehome.verify.Verifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks whether a tenant is where it has to be, and nowhere else: directory and residency agree, no other home that it could
 * have holds anything of it, and if it is in a move, both homes have the same. Only looks: nothing is repaired. Thread-safe.
 */
public final class TenantCheck {
    private static final String APPLICATION = "rehome verify";
    /** Rows that one checksum is made of. */
    private static final int ROWS_PER_RANGE = 10_000;
    /** What a mover is given to apply what it has recorded, before a row is looked at again. */
    private static final Duration PASS = Duration.ofMillis(300);

    private final Servers servers;
    private final Homes homes;
    private final Directory directory;
    private final MoveJournal journal;
    private final StrategyConfig strategy;

    public TenantCheck(
            Servers servers, Homes homes, Directory directory, MoveJournal journal, StrategyConfig strategy) {
        this.servers = servers;
        this.homes = homes;
        this.directory = directory;
        this.journal = journal;
        this.strategy = strategy;
    }

    /**
     * Looks at a tenant.
     *
     * @throws UnknownTenantException if the directory does not know the tenant
     * @throws RehomeException (EXTERNAL) if the directory, or a home of the tenant, cannot be read
     */
    public TenantVerdict check(TenantId tenant) throws InterruptedException {
        Placement placement = directory.find(tenant).orElseThrow(() -> new UnknownTenantException(tenant));
        Optional<MoveStatus> move = journal.active(tenant).flatMap(active -> journal.status(active.id()));
        Findings findings = new Findings();
        try {
            List<TableRows> tables = lookAtHome(placement, findings);
            Set<Home> own = new LinkedHashSet<>();
            own.add(placement.home());
            move.map(MoveStatus::move)
                    .ifPresent(each -> own.addAll(List.of(each.source().home(), each.target())));
            for (Home other : homesOf(tenant)) {
                if (!own.contains(other)) {
                    lookAtOther(tenant, placement, other, findings);
                }
            }
            Optional<VerificationReport> comparison =
                    move.isPresent() ? compare(move.get(), findings) : Optional.empty();
            return new TenantVerdict(placement, move, tables, comparison, findings.problems, findings.remarks);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Tenant " + tenant + " cannot be looked at in " + placement.home() + " (SQLSTATE " + e.getSQLState()
                            + "). Check that its server is up and lets the mover in.",
                    e);
        }
    }

    private record Findings(List<String> problems, List<String> remarks) {
        Findings() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private List<TableRows> lookAtHome(Placement placement, Findings findings) throws SQLException {
        try (Connection connection = open(placement.home())) {
            if (Residency.isSuspended(connection, placement)) {
                findings.remarks.add("The tenant is suspended: 'tenant resume' lets it be used again.");
            } else if (!Residency.isHere(connection, placement)) {
                findings.problems.add("The directory says that the tenant lives in " + placement.home() + " at epoch "
                        + placement.epoch()
                        + ", and that home does not: it is in a cutover, or the directory is behind."
                        + " If that stays so, look at the move's journal and at rehome.residency.");
            }
            return rows(connection, placement.tenant(), placement.home());
        }
    }

    private List<TableRows> rows(Connection connection, TenantId tenant, Home home) throws SQLException {
        List<TableRows> counted = new ArrayList<>();
        for (TenantTable table : TenantTables.read(
                connection, home.schema(), strategy.databases().tenantColumn())) {
            MoverTransaction.beginReadCommitted(connection, tenant.value());
            try (PreparedStatement statement = connection.prepareStatement("select count(*) from "
                    + table.in(home.schema()) + " where " + SqlNames.quote(table.tenantColumn()) + " = ?")) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    counted.add(new TableRows(table.name(), row.getLong(1)));
                }
            }
            connection.commit();
        }
        return counted;
    }

    /** All that the tenant can have by the names in the strategy. */
    private Set<Home> homesOf(TenantId tenant) {
        Set<Home> all = new LinkedHashSet<>();
        for (Server server : servers.all()) {
            for (Tier tier : Tier.values()) {
                try {
                    all.add(strategy.homeFor(tenant, tier, server.name()));
                } catch (RehomeException e) {
                    if (e.kind() != ErrorKind.USER) {
                        throw e;
                    }
                    // A server that only the pattern names has neither shared tables nor schemas.
                }
            }
        }
        return all;
    }

    private void lookAtOther(TenantId tenant, Placement placement, Home other, Findings findings) {
        try {
            if (!homes.exists(other)) {
                return;
            }
            try (Connection connection = open(other)) {
                if (!other.inSameDatabaseAs(placement.home()) && Residency.admits(connection, tenant)) {
                    findings.problems.add(other + " would admit the tenant too, which lives in " + placement.home()
                            + ". Find out which has its latest writes before anything else.");
                }
                long rows = rows(connection, tenant, other).stream()
                        .mapToLong(TableRows::rows)
                        .sum();
                if (rows > 0 || other.tier() != Tier.SHARED) {
                    findings.problems.add(other + (other.tier() == Tier.SHARED ? " has " : " exists and has ") + rows
                            + " rows of the tenant, which lives in " + placement.home()
                            + ". Remove them once you know where they come from.");
                }
            }
        } catch (SQLException e) {
            if (!SqlState.isNoSuchHome(e)) {
                findings.problems.add(other + " cannot be looked at (SQLSTATE " + e.getSQLState()
                        + "), so there may be something of the tenant. Verify it again when its server answers.");
            }
        }
    }

    private Optional<VerificationReport> compare(MoveStatus status, Findings findings)
            throws SQLException, InterruptedException {
        Home source = status.move().source().home();
        Home target = status.move().target();
        boolean comparable = switch (status.move().phase()) {
            case CATCH_UP, VERIFY, CUTOVER, SOAK -> true;
            case PLANNED, PREPARE, BACKFILL, RETIRE, DONE, ROLL_BACK, ROLLED_BACK, CANCEL, CANCELLED -> false;
        };
        boolean targetServes = status.move().phase().serving() == Serving.TARGET;
        Home serving = targetServes ? target : source;
        Home other = targetServes ? source : target;
        if (!comparable || !isCaptured(serving, status.move().tenant())) {
            findings.remarks.add(
                    "Move " + status.move().id() + " is in " + status.move().phase()
                            + ", where its other home is not kept current: both homes were not compared.");
            return Optional.empty();
        }
        try (Verifier verifier = Verifier.open(
                servers,
                strategy.databases().tenantColumn(),
                status.move().tenant(),
                serving,
                other,
                ROWS_PER_RANGE,
                Clock.systemUTC())) {
            return Optional.of(verifier.verify(new Onlooker()));
        }
    }

    private boolean isCaptured(Home home, TenantId tenant) throws SQLException {
        try (Connection connection = open(home)) {
            return Residency.isCaptured(connection, tenant);
        }
    }

    private Connection open(Home home) throws SQLException {
        return servers.open(home, DatabaseRole.MOVER, APPLICATION);
    }

    /** Leaves the following to the mover. What that has recorded and not applied yet is no difference. */
    private static final class Onlooker implements Follower {
        @Override
        public void catchUp() throws InterruptedException {
            Deadline.in(PASS).sleep(PASS);
        }

        @Override
        public void mark(String table, Collection<List<String>> keys) {
            // What differs is reported, and repaired by the move's own verification.
        }
    }
}
