package dev.rehome.cli;

import dev.rehome.across.AcrossTenants;
import dev.rehome.across.AuditLog;
import dev.rehome.across.ReadOnlyQuery;
import dev.rehome.across.TenantQuery;
import dev.rehome.audit.AuditTrail;
import dev.rehome.config.StrategyConfig;
import dev.rehome.doctor.Doctor;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.Provisioner;
import dev.rehome.fleet.TenantCheck;
import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.levels.FleetHomes;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.fleet.levels.RunOptions;
import dev.rehome.fleet.levels.SchemaRunner;
import dev.rehome.fleet.levels.SchemaRuns;
import dev.rehome.fleet.spares.SparesFill;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.jdbc.SqlState;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeTools;
import dev.rehome.life.TenantLife;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.Mover;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.JdbcTenantHosts;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.recovery.DirectoryRebuild;
import dev.rehome.recovery.HomeChange;
import dev.rehome.recovery.NightlyExport;
import dev.rehome.recovery.ServerReturn;
import dev.rehome.recovery.TenantReturn;
import dev.rehome.schema.Changelog;
import dev.rehome.schema.Homes;
import dev.rehome.statistics.StatisticsCollector;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.strategy.FleetReader;
import dev.rehome.strategy.Plans;
import dev.rehome.tenant.TenantId;
import dev.rehome.watch.FleetChecks;
import dev.rehome.watch.FleetWatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the commands work with, put together from the strategy file. Thread-safe. */
final class OperatorTools implements AutoCloseable {
    private static final String APPLICATION = "rehome command line";
    /** Looked at at a time, for their levels. */
    private static final int SURVEYED_DATABASES = 8;

    private static final Duration LONGEST_IDLE = Duration.ofSeconds(5);

    private final StrategyConfig strategy;
    private final KeptConnections kept = new KeptConnections(LONGEST_IDLE);
    private final Servers servers;
    private final Homes homes;
    private final ConnectionSource connections;
    private final JdbcDirectory directory;
    private final MoveJournal journal;

    private OperatorTools(StrategyConfig strategy) {
        this.strategy = strategy;
        Database control = strategy.databases().directoryDatabase();
        this.servers = strategy.servers().keeping(Set.of(control), kept);
        this.homes = new Homes(servers, control, strategy.databases().tenantColumn())
                .madeBy(new Changelog(strategy.databases().changelog()));
        this.connections = () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, APPLICATION);
        this.directory = new JdbcDirectory(connections);
        this.journal = new MoveJournal(connections);
    }

    /**
     * Puts them together, and looks whether the directory is there. Close them.
     *
     * @throws RehomeException (CONFIGURATION) if there is no login for the mover, or no directory where the file says; (EXTERNAL)
     *     if the directory's server cannot be reached
     */
    static OperatorTools open(StrategyConfig strategy) {
        OperatorTools tools = new OperatorTools(strategy);
        tools.requireDirectory();
        return tools;
    }

    /** As {@link #open}, of a directory that was there a moment ago. */
    static OperatorTools of(StrategyConfig strategy) {
        return new OperatorTools(strategy);
    }

    /** As {@link #open}, for whoever makes the directory. */
    static OperatorTools withoutDirectory(StrategyConfig strategy) {
        OperatorTools tools = new OperatorTools(strategy);
        tools.requirePostgres();
        return tools;
    }

    private void requirePostgres() {
        if (servers.url(strategy.databases().directoryDatabase()).product() == Product.H2) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Homes on H2 live inside the process of their application, so no tool can move tenants there."
                            + " Name a PostgreSQL server.");
        }
    }

    private void requireDirectory() {
        requirePostgres();
        Database control = strategy.databases().directoryDatabase();
        try (Connection connection = servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, APPLICATION);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select to_regclass('rehome_directory.move') is not null")) {
            row.next();
            if (!row.getBoolean(1)) {
                throw noDirectory(control);
            }
        } catch (SQLException e) {
            if (SqlState.isNoSuchHome(e)) {
                throw noDirectory(control);
            }
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The directory in database " + control.name() + " of server " + control.server() + " ("
                            + servers.url(control).authority() + ") cannot be reached (SQLSTATE " + e.getSQLState()
                            + "). Check that the server is up and lets "
                            + servers.login(control.server(), DatabaseRole.MOVER)
                                    .user() + " in.",
                    e);
        }
    }

    private static RehomeException noDirectory(Database control) {
        return new RehomeException(
                ErrorKind.CONFIGURATION,
                "There is no directory of Rehome in database " + control.name() + " of server " + control.server()
                        + ". Correct shared_database_url or control_database.");
    }

    /** Before anything is written: a newer tool may need more of the directory than an older one has made. */
    void bringUpDirectory() {
        homes.bringUpDirectory();
    }

    /** To the directory, as the mover. */
    ConnectionSource connections() {
        return connections;
    }

    StrategyConfig strategy() {
        return strategy;
    }

    JdbcDirectory directory() {
        return directory;
    }

    MoveJournal journal() {
        return journal;
    }

    /** As the strategy file says. */
    MoveOptions options() {
        return MoveOptions.of(strategy.migration());
    }

    Mover mover() {
        return mover(options());
    }

    Mover mover(MoveOptions options) {
        return new Mover(
                servers, homes, directory, journal, strategy.databases().tenantColumn(), options);
    }

    AcrossTenants acrossTenants(int parallel) {
        return new AcrossTenants(directory, new AuditLog(connections), parallel);
    }

    /** @throws RehomeException (CONFIGURATION) if a server has no login for the run-time role, which tenants are asked as */
    TenantQuery query(ReadOnlyQuery query, int parallel, Duration timeout, int rowLimit) {
        servers.all().forEach(server -> servers.login(server.name(), DatabaseRole.APP));
        return new TenantQuery(
                query, servers, directory, strategy.databases().tenantColumn(), parallel, timeout, rowLimit);
    }

    TenantCheck tenantCheck() {
        return new TenantCheck(servers, homes, directory, journal, strategy);
    }

    Provisioner provisioner() {
        return Provisioner.of(servers, homes, directory);
    }

    SparesFill sparesFill() {
        return new SparesFill(homes, connections);
    }

    Drift drift() {
        return new Drift(servers, homes, strategy.databases().directoryDatabase(), directory, strategy.sharedHomes());
    }

    /** The homes' changelog. */
    String changelog() {
        return homes.changelog().resource();
    }

    LevelSurvey levelSurvey() {
        return new LevelSurvey(new FleetHomes(connections, strategy.sharedHomes()), homes, SURVEYED_DATABASES);
    }

    SchemaRuns schemaRuns() {
        return new SchemaRuns(connections);
    }

    SchemaRunner schemaRunner(SchemaRuns runs, RunOptions runOptions) {
        String holder = operator() + ", process " + ProcessHandle.current().pid() + ", " + UUID.randomUUID();
        return new SchemaRunner(levelSurvey(), homes, runs, runOptions, holder);
    }

    AuditTrail auditTrail() {
        return new AuditTrail(connections);
    }

    LifeJournal lives() {
        return new LifeJournal(connections);
    }

    TenantLife life() {
        return new TenantLife(new LifeTools(servers, homes, directory, connections, strategy), operator());
    }

    DirectoryRebuild directoryRebuild() {
        return new DirectoryRebuild(strategy, homes, connections, life());
    }

    NightlyExport nightlyExport() {
        return new NightlyExport(connections, life());
    }

    TenantReturn tenantReturn() {
        return new TenantReturn(strategy, lives(), life());
    }

    ServerReturn serverReturn() {
        return new ServerReturn(strategy, lives(), journal, life());
    }

    HomeChange homeChange() {
        return new HomeChange(strategy, lives(), journal, life(), operator());
    }

    JdbcTenantHosts hosts() {
        return new JdbcTenantHosts(connections);
    }

    Plans plans() {
        return new Plans(connections);
    }

    FleetReader fleetReader() {
        return new FleetReader(directory, journal, connections, Clock.systemUTC());
    }

    StatisticsDirectory statistics() {
        return new StatisticsDirectory(connections);
    }

    StatisticsCollector statisticsCollector() {
        return new StatisticsCollector(
                servers, directory, connections, strategy.databases().tenantColumn(), strategy.statistics());
    }

    FleetWatch watch() {
        return new FleetWatch(connections);
    }

    /** Where what the whole fleet was looked at for is kept. */
    FleetChecks checks() {
        return new FleetChecks(connections);
    }

    Doctor doctor() {
        return new Doctor(strategy, homes, directory, journal);
    }

    /**
     * The home that a tenant gets.
     *
     * @param tier null for the one that the strategy gives it
     * @param server null for the one of the tier
     */
    Home homeFor(TenantId tenant, @Nullable Tier tier, @Nullable String server) {
        Tier wanted = tier == null ? strategy.tierForNew(tenant) : tier;
        return server == null ? strategy.homeFor(tenant, wanted) : strategy.homeFor(tenant, wanted, server);
    }

    /**
     * Finds a move.
     *
     * @param text its id, or a tenant, whose latest move is meant
     * @throws RehomeException (USER) if there is none
     */
    MoveStatus find(String text) {
        UUID id = TenantId.parse(text).value(); // as both are UUIDs
        return journal.status(new MoveId(id))
                .or(() -> journal.latest(TenantId.of(id)))
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "There is no move " + id + ", and no tenant " + id + " that was ever moved."
                                + " 'move list --all' shows which there are."));
    }

    /** Who asks, for the journal. */
    static String operator() {
        return "operator " + System.getProperty("user.name", "unknown");
    }

    /** What is in use is closed when it is given back. */
    @Override
    public void close() {
        kept.close();
    }
}
