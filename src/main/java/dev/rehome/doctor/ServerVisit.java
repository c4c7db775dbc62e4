package dev.rehome.doctor;

import dev.rehome.config.StrategyConfig;
import dev.rehome.doctor.Diagnosis.ServerState;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.proof.Finding;
import dev.rehome.proof.IsolationProof;
import dev.rehome.proof.PoolerMode;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A look at a server: does it answer, is it new enough, in time and large enough, and whose are its databases. */
final class ServerVisit {
    /** Times in the journal, and whether a mover was heard of, are read off several clocks. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private static final int OLDEST_MAJOR_VERSION = 16;
    private static final Pattern TENANT_IN_NAME = Pattern.compile("[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}");
    private static final String STATE = """
            select current_setting('server_version'), current_setting('server_version_num')::int / 10000, clock_timestamp(),
                   current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                       - coalesce(current_setting('reserved_connections', true)::int, 0)""";
    private static final String DATABASES = "select datname from pg_database where not datistemplate order by datname";

    private final Server server;
    private final StrategyConfig strategy;
    private final KnownFleet fleet;
    private final List<Ailment> ailments;
    private @Nullable String version;
    private @Nullable String pooler;

    private ServerVisit(Server server, StrategyConfig strategy, KnownFleet fleet, List<Ailment> ailments) {
        this.server = server;
        this.strategy = strategy;
        this.fleet = fleet;
        this.ailments = ailments;
    }

    static ServerVisit at(Server server, StrategyConfig strategy, KnownFleet fleet, List<Ailment> ailments) {
        ServerVisit visit = new ServerVisit(server, strategy, fleet, ailments);
        visit.look();
        return visit;
    }

    boolean answers() {
        return version != null;
    }

    ServerState state() {
        return new ServerState(server.name(), server.url().authority(), version, pooler);
    }

    private void look() {
        try (Connection connection = open(DatabaseRole.MOVER)) {
            lookAtState(connection);
            lookForDatabasesOfNobody(connection);
        } catch (SQLException e) {
            report(
                    ErrorKind.EXTERNAL,
                    "SERVER_UNREACHABLE",
                    "It does not let the mover in (SQLSTATE " + e.getSQLState() + "), so none of its "
                            + fleet.databases().stream()
                                    .filter(database -> database.server().equals(server.name()))
                                    .count()
                            + " databases was looked at",
                    "Start it, or correct its address and the mover's login in the strategy file");
            return;
        } catch (RehomeException e) {
            report(e.kind(), "NO_LOGIN", e.getMessage(), "Add it under roles in the strategy file");
            return;
        }
        lookForPooler();
    }

    private void lookAtState(Connection connection) throws SQLException {
        Instant before = Instant.now();
        try (PreparedStatement statement = connection.prepareStatement(STATE);
                ResultSet row = statement.executeQuery()) {
            row.next();
            Duration trip = Duration.between(before, Instant.now());
            version = row.getString(1);
            if (row.getInt(2) < OLDEST_MAJOR_VERSION) {
                report(
                        ErrorKind.CONFIGURATION,
                        "OLD_VERSION",
                        "It is PostgreSQL " + version,
                        "Use PostgreSQL " + OLDEST_MAJOR_VERSION + " or later");
            }
            Duration ahead = Duration.between(before, row.getTimestamp(3).toInstant());
            if (ahead.abs().minus(trip).compareTo(CLOCK_TOLERANCE) > 0) {
                report(
                        ErrorKind.EXTERNAL,
                        "CLOCK",
                        "Its clock is " + ahead.toMillis() + " ms ahead of this machine's",
                        "Synchronise both clocks (NTP)");
            }
            int limit = strategy.databases().maxConnectionsPerServer();
            if (limit > row.getInt(4)) {
                report(
                        ErrorKind.CONFIGURATION,
                        "MAX_CONNECTIONS",
                        "One application process may take " + limit + " connections, and the server lets "
                                + row.getInt(4) + " in for all of them together",
                        "alter system set max_connections = " + (limit + 20)
                                + " and restart it, or lower database_config.max_connections_per_server");
            }
        }
    }

    /** A tenant's database whose tenant lives elsewhere and is in no move. */
    private void lookForDatabasesOfNobody(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DATABASES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                TenantId tenant = tenantIn(name);
                if (tenant != null) {
                    var home = strategy.homeFor(tenant, Tier.DATABASE, server.name());
                    if (home.database().name().equals(name) && !fleet.isOwned(home)) {
                        report(
                                ErrorKind.STALE,
                                "DATABASE_OF_NOBODY",
                                "Database " + name + " is that of a tenant who does not live there and is in no move",
                                "drop database \"" + name + "\", once 'rehome verify " + tenant
                                        + "' has shown where the tenant is");
                    }
                }
            }
        }
    }

    static @Nullable TenantId tenantIn(String name) {
        Matcher matcher = TENANT_IN_NAME.matcher(name);
        return matcher.find() ? TenantId.of(UUID.fromString(matcher.group().replace('_', '-'))) : null;
    }

    private void lookForPooler() {
        boolean configured = server.pooler().isPresent();
        try (Connection one = openAsApplication();
                Connection other = openAsApplication()) {
            pooler = PoolerMode.of(one, other).name();
            if (configured) { // else what applications use is proven for each database
                proveThroughPooler();
            }
        } catch (SQLException e) {
            if (configured) { // whoever cannot log in at the server itself is reported for each database
                report(
                        ErrorKind.EXTERNAL,
                        "POOLER_UNREADABLE",
                        "Applications cannot get through the pooler (SQLSTATE " + e.getSQLState() + ")",
                        "Check that it is up, knows the run-time role, and has ignore_startup_parameters ="
                                + " extra_float_digits");
            }
        } catch (RehomeException withoutLogin) {
            pooler = null; // reported for each database
        }
    }

    private void proveThroughPooler() throws SQLException {
        try (Connection session = openAsApplication()) {
            session.setAutoCommit(false);
            for (Finding finding : new IsolationProof(strategy.databases().tenantColumn(), null).ofSession(session)) {
                ailments.add(Ailment.of(finding, "pooler of server " + server.name()));
            }
        }
    }

    /** As applications reach it. */
    private Connection openAsApplication() throws SQLException {
        Servers servers = strategy.servers();
        Database database = new Database(server.name(), server.url().database());
        Optional<DatabaseUrl> through = servers.pooler(database);
        return through.isEmpty()
                ? open(DatabaseRole.APP)
                : DriverManager.getConnection(
                        through.get().jdbc(), servers.poolerProperties(database, DatabaseRole.APP, Doctor.APPLICATION));
    }

    private Connection open(DatabaseRole role) throws SQLException {
        Database database = new Database(server.name(), server.url().database());
        return strategy.servers().open(database, "rehome", role, Doctor.APPLICATION);
    }

    private void report(ErrorKind kind, String check, String problem, String mend) {
        ailments.add(new Ailment(kind, "server " + server.name(), check, problem, mend));
    }
}
