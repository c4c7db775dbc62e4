package dev.rehome.doctor;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Resident;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.proof.Finding;
import dev.rehome.proof.IsolationProof;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A look at a database: the proof of every home in it, its schema {@code rehome}, its residency rows, and whose schemas it has. */
final class DatabaseVisit {
    private static final String SCHEMA = "rehome";
    private static final String SCHEMAS =
            "select nspname from pg_namespace where nspname like '%\\_%' order by nspname";

    private final StrategyConfig strategy;
    private final Homes homes;
    private final Directory directory;
    private final KnownFleet fleet;
    private final Database database;
    private final List<Ailment> ailments = new ArrayList<>();

    DatabaseVisit(StrategyConfig strategy, Homes homes, Directory directory, KnownFleet fleet, Database database) {
        this.strategy = strategy;
        this.homes = homes;
        this.directory = directory;
        this.fleet = fleet;
        this.database = database;
    }

    List<Ailment> ailments() {
        if (tried("the run-time role", DatabaseRole.APP, this::prove)) {
            tried("the mover", DatabaseRole.MOVER, this::lookAtResidency);
            lookAtLevel();
        }
        return ailments;
    }

    /** What is looked at on a connection. */
    @FunctionalInterface
    private interface Look {
        void on(Connection connection) throws SQLException;
    }

    private boolean tried(String whom, DatabaseRole role, Look look) {
        try (Connection connection = strategy.servers().open(database, SCHEMA, role, Doctor.APPLICATION)) {
            connection.setAutoCommit(false);
            look.on(connection);
            return true;
        } catch (SQLException e) {
            boolean gone = SqlState.isNoSuchHome(e);
            report(
                    gone
                            ? ErrorKind.INVARIANT
                            : SqlState.isLoginRefused(e) ? ErrorKind.CONFIGURATION : ErrorKind.EXTERNAL,
                    gone ? "DATABASE_GONE" : "DATABASE_UNREADABLE",
                    gone
                            ? "It does not exist, or accepts nobody (SQLSTATE " + e.getSQLState() + "), and "
                                    + fleet.placementsIn(database).size() + " tenants are placed there"
                            : "It cannot be read by " + whom + " (SQLSTATE " + e.getSQLState() + ")",
                    gone
                            ? "Restore it from a backup, or find its tenants' rows: rehome verify TENANT"
                            : "Check the login and the rights of " + whom);
            return false;
        } catch (RehomeException e) {
            report(e.kind(), "NO_LOGIN", e.getMessage(), "Add it under roles in the strategy file");
            return false;
        }
    }

    private void prove(Connection connection) throws SQLException {
        IsolationProof proof = new IsolationProof(strategy.databases().tenantColumn(), null);
        for (Finding finding : proof.ofSession(connection)) {
            ailments.add(Ailment.of(finding, "database " + database));
        }
        if (connection.isClosed()) {
            return; // behind a pooler that nothing works through, which is among the findings
        }
        for (Home home : fleet.homesIn(database)) {
            for (Finding finding : proof.ofHome(connection, home)) {
                ailments.add(Ailment.of(finding, "home " + home));
            }
        }
    }

    private void lookAtResidency(Connection connection) throws SQLException {
        Map<TenantId, Resident> residents = Resident.all(connection);
        connection.commit();
        ResidencyCheck check = new ResidencyCheck(fleet, directory, database);
        List<Ailment> suspected = check.compare(residents);
        if (!suspected.isEmpty()) {
            // A cutover may have been under way, or a tenant made since the directory was read: what is still so now,
            // is so.
            residents = Resident.all(connection);
            connection.commit();
            ailments.addAll(check.confirm(residents));
        }
        if (fleet.shared().containsKey(database)) {
            lookForSchemasOfNobody(connection);
        }
    }

    private void lookForSchemasOfNobody(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SCHEMAS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                TenantId tenant = ServerVisit.tenantIn(name);
                if (tenant != null) {
                    Home home = strategy.homeFor(tenant, Tier.SCHEMA, database.server());
                    if (home.schema().equals(name) && !fleet.isOwned(home)) {
                        report(
                                ErrorKind.STALE,
                                "SCHEMA_OF_NOBODY",
                                "Schema " + name + " is that of a tenant who does not live there and is in no move",
                                "drop schema " + SqlNames.quote(name) + " cascade, once 'rehome verify " + tenant
                                        + "' has shown where the tenant is");
                    }
                }
            }
        }
        connection.commit();
    }

    private void lookAtLevel() {
        try {
            List<String> missing = homes.missingChangesets(database);
            if (!missing.isEmpty()) {
                report(
                        ErrorKind.CONFIGURATION,
                        "OLD_SCHEMA_REHOME",
                        "Its schema rehome lacks " + String.join(", ", missing) + " in the form that this version has",
                        "Homes.bringUp(database) with the owner's login, which every creation of a home in it calls");
            }
        } catch (SQLException e) {
            report(
                    ErrorKind.EXTERNAL,
                    "LEVEL_UNKNOWN",
                    "The level of its schema rehome cannot be read by the owner (SQLSTATE " + e.getSQLState() + ")",
                    "Check the owner's login");
        } catch (RehomeException e) {
            report(e.kind(), "LEVEL_UNKNOWN", e.getMessage(), "Check the owner's login under roles");
        }
    }

    private void report(ErrorKind kind, String check, String problem, String mend) {
        ailments.add(new Ailment(kind, "database " + database, check, problem, mend));
    }
}
