package dev.rehome.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.Fence;
import dev.rehome.fence.JvmFence;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fleet.Provisioner;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory, a shared home and whatever homes a test's tenants need, on PostgreSQL or H2, of one test alone; on two
 * servers if asked for, each with a shared home. Closing it drops everything, after having looked whether the test left
 * anything behind.
 */
public final class TestFleet implements AutoCloseable {
    public static final String TENANT_COLUMN = "storefront_id";
    /** The name of the second server, where there is one. The first one is {@link PostgresServer#NAME}. */
    public static final String SECOND = "us-1";

    private static final String H2_PARAMETERS =
            "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1";

    private final Product product;
    /** By name; none for H2. */
    private final Map<String, PostgresServer> postgres;
    /** The database of the shared home of each server, the first one's first. */
    private final Map<String, Database> sharedDatabases = new LinkedHashMap<>();

    private final Database control;
    private final Servers servers;
    private final Homes homes;
    /** To the databases of shared homes, which are there as long as this is. */
    private final KeptConnections kept = new KeptConnections(Duration.ofMinutes(1));

    private final Servers keeping;
    private final JdbcDirectory directory;
    private final Fence fence;
    private final Provisioner provisioner;
    private final List<TenantId> tenants = new ArrayList<>();
    private final List<DataLayer> dataLayers = new ArrayList<>();
    private @Nullable PgBouncer bouncer;

    private TestFleet(Product product, Map<String, PostgresServer> postgres, Servers servers) throws SQLException {
        this.product = product;
        this.postgres = postgres;
        this.servers = servers;
        for (Server server : servers.all()) {
            sharedDatabases.put(
                    server.name(), new Database(server.name(), server.url().database()));
        }
        this.control = sharedDatabase(PostgresServer.NAME);
        this.keeping = servers.keeping(sharedDatabases.values(), kept);
        this.homes = new Homes(keeping, control, TENANT_COLUMN);
        this.directory = new JdbcDirectory(this::toDirectory);
        homes.createDirectory();
        if (product == Product.H2) {
            JvmFence jvm = new JvmFence();
            this.fence = jvm;
            this.provisioner = Provisioner.of(jvm, homes, directory);
        } else {
            this.fence = new PostgresFence(servers);
            this.provisioner = Provisioner.of(keeping, homes, directory);
        }
        for (String server : sharedDatabases.keySet()) {
            provisioner.prepare(sharedHome(server));
        }
    }

    public static TestFleet on(Product product) throws SQLException {
        if (product == Product.POSTGRESQL) {
            PostgresServer server = PostgresServer.get();
            return new TestFleet(
                    product,
                    Map.of(PostgresServer.NAME, server),
                    server.servers(server.fleetTemplate().copy()));
        }
        String name = "rehome_test_" + UUID.randomUUID().toString().replace('-', '_');
        DatabaseUrl url = DatabaseUrl.parse("jdbc:h2:mem:" + name + ";" + H2_PARAMETERS);
        return new TestFleet(product, Map.of(), Servers.of(new Server(PostgresServer.NAME, "test", url, Map.of())));
    }

    public static TestFleet onPostgres() throws SQLException {
        return on(Product.POSTGRESQL);
    }

    /** On PostgreSQL, where applications have to go through a PgBouncer in transaction mode. Skips the test if there is none. */
    public static TestFleet behindPgBouncer() throws SQLException, IOException {
        PostgresServer server = PostgresServer.get();
        Server direct = server.server(
                PostgresServer.NAME, "test", server.fleetTemplate().copy());
        PgBouncer bouncer = PgBouncer.before(direct.url(), direct.logins().values().stream(), "transaction");
        TestFleet fleet = new TestFleet(
                Product.POSTGRESQL,
                Map.of(PostgresServer.NAME, server),
                Servers.of(direct.behind(bouncer.url(direct.url()))));
        fleet.bouncer = bouncer;
        return fleet;
    }

    /** On PostgreSQL, on a server of region eu and one of region us: {@link #SECOND}. The directory is on the first. */
    public static TestFleet onTwoServers() throws SQLException {
        PostgresServer second = PostgresServer.second();
        PostgresServer first = PostgresServer.get();
        return new TestFleet(
                Product.POSTGRESQL,
                Map.of(PostgresServer.NAME, first, SECOND, second),
                Servers.of(
                        first.server(
                                PostgresServer.NAME, "eu", first.fleetTemplate().copy()),
                        second.server(SECOND, "us", second.fleetTemplate().copyWithoutDirectory())));
    }

    public Product product() {
        return product;
    }

    public Servers servers() {
        return servers;
    }

    public Database control() {
        return control;
    }

    public Homes homes() {
        return homes;
    }

    public JdbcDirectory directory() {
        return directory;
    }

    /** Of all moves of this fleet. */
    public MoveJournal journal() {
        return new MoveJournal(this::toDirectory);
    }

    public Mover mover(MoveOptions options) {
        return new Mover(servers, homes, directory, journal(), TENANT_COLUMN, options);
    }

    /** One that reaches its homes by other connections. */
    public Mover mover(Servers reached, MoveOptions options) {
        return new Mover(reached, homes.reachedBy(reached), directory, journal(), TENANT_COLUMN, options);
    }

    private Connection toDirectory() throws SQLException {
        return keeping.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome test directory");
    }

    public Fence fence() {
        return fence;
    }

    public Provisioner provisioner() {
        return provisioner;
    }

    /** A hand-out of connections with caches and pools of its own, for the caller to close. */
    public TenantConnections connections(Limits limits) {
        return new TenantConnections(servers, new Placements(directory), fence, limits, TENANT_COLUMN);
    }

    /** A data layer over this fleet, closed with it. Each has caches and pools of its own, as an application process has. */
    public DataLayer dataLayer(List<Class<?>> entities) {
        DataLayer layer =
                DataLayer.builder(servers, directory, fence).entities(entities).build();
        dataLayers.add(layer);
        return layer;
    }

    public TenantId createTenant(Tier tier) {
        return createTenant(tier, PostgresServer.NAME);
    }

    public TenantId createTenant(Tier tier, String server) {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        tenants.add(tenant);
        provisioner.create(tenant, "test " + tier, home(tier, tenant, server));
        return tenant;
    }

    /** A tenant that the test makes by itself: it is looked for and removed in the end like the others. */
    public TenantId expectTenant() {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        tenants.add(tenant);
        return tenant;
    }

    public Home sharedHome() {
        return sharedHome(PostgresServer.NAME);
    }

    public Home sharedHome(String server) {
        return new Home(Tier.SHARED, sharedDatabase(server), FleetTemplate.SHARED_SCHEMA);
    }

    /** The home that the tenant has or would have in this tier, on the first server. */
    public Home home(Tier tier, TenantId tenant) {
        return home(tier, tenant, PostgresServer.NAME);
    }

    /** The home that the tenant has or would have in this tier on the server. */
    public Home home(Tier tier, TenantId tenant, String server) {
        String own = "storefront_" + tenant.toString().replace('-', '_');
        return switch (tier) {
            case SHARED -> sharedHome(server);
            case SCHEMA -> new Home(tier, sharedDatabase(server), own);
            case DATABASE -> new Home(tier, new Database(server, own), "storefront");
        };
    }

    private Database sharedDatabase(String server) {
        return Objects.requireNonNull(sharedDatabases.get(server), () -> "this fleet has no server " + server);
    }

    /** A connection that nothing binds, in the home's schema: to look at what is really there, and to do harm. */
    public Connection administrator(Home home) throws SQLException {
        if (product == Product.H2) {
            return servers.open(home, DatabaseRole.OWNER, "test");
        }
        PostgresServer server = postgres(home.database().server());
        if (sharedDatabases.containsValue(home.database())) {
            return kept.open(
                    servers.url(home.database()).jdbc(),
                    "administrator",
                    home.schema(),
                    "rehome test",
                    () -> administrator(server, home));
        }
        return administrator(server, home);
    }

    private static Connection administrator(PostgresServer server, Home home) throws SQLException {
        Connection connection = server.administrator(home.database().name());
        connection.setSchema(home.schema());
        return connection;
    }

    /** Runs a statement in the control database, as an administrator. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = administrator(sharedHome());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Has the directory believe that a tenant has so many customers and orders, where nobody has counted. */
    public void measured(TenantId tenant, long customers, long orders) throws SQLException {
        execute(
                "insert into rehome_directory.tenant_size (tenant_id, exact, tables, row_counts, hour_rows, bytes) values ('"
                        + tenant + "', true, '{customers,orders}', '{" + customers + "," + orders + "}', 0, "
                        + (customers + orders) * 100 + ")");
    }

    public long count(Home home, String sql) throws SQLException {
        try (Connection connection = administrator(home);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            assertAll(dataLayers.stream()
                    .map(layer -> () -> assertEquals(0, layer.connections().inUse(), "connections left out")));
            dataLayers.forEach(DataLayer::close);
            assertNothingLeftBehind();
        } finally {
            if (bouncer != null) {
                bouncer.close();
            }
            drop();
        }
    }

    private void assertNothingLeftBehind() throws SQLException {
        Set<Home> existing = existing();
        Set<Database> looked = new HashSet<>();
        for (TenantId tenant : tenants) {
            Optional<Home> lives = directory.find(tenant).map(Placement::home);
            for (Home home : homesOf(tenant)) {
                if (existing.contains(home)) {
                    if (product == Product.POSTGRESQL && looked.add(home.database())) {
                        assertNoMoveLeftBehind(home);
                    }
                    if (!lives.equals(Optional.of(home))) {
                        assertEquals(0, rowsOf(tenant, home), "rows of " + tenant + " left in " + home);
                    }
                }
            }
        }
    }

    /** Of all that the tenants can have. */
    private Set<Home> existing() throws SQLException {
        Set<Home> existing = new HashSet<>();
        List<Home> possible =
                tenants.stream().flatMap(tenant -> homesOf(tenant).stream()).toList();
        if (product == Product.H2) {
            for (Home home : possible) {
                if (homes.exists(home)) {
                    existing.add(home);
                }
            }
            return existing;
        }
        for (String server : sharedDatabases.keySet()) {
            Set<String> databases = names(server, "select datname from pg_database where datallowconn");
            Set<String> schemas = names(server, "select nspname from pg_namespace");
            possible.stream()
                    .filter(home -> home.database().server().equals(server)
                            && databases.contains(home.database().name())
                            && (home.tier() == Tier.DATABASE || schemas.contains(home.schema())))
                    .forEach(existing::add);
        }
        return existing;
    }

    private Set<String> names(String server, String sql) throws SQLException {
        Set<String> names = new HashSet<>();
        try (Connection connection = administrator(sharedHome(server));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    /** All that the tenant can have. */
    private List<Home> homesOf(TenantId tenant) {
        return sharedDatabases.keySet().stream()
                .flatMap(server -> Stream.of(Tier.values()).map(tier -> home(tier, tenant, server)))
                .toList();
    }

    private void assertNoMoveLeftBehind(Home home) throws SQLException {
        assertEquals(0, count(home, "select count(*) from rehome.change"), "change rows left in " + home);
        assertEquals(
                0,
                count(
                        home,
                        "select count(*) from pg_locks where locktype = 'advisory'"
                                + " and database = (select oid from pg_database where datname = current_database())"),
                "advisory locks left in " + home);
    }

    /** All rows of the tenant in this home. */
    public long rowsOf(TenantId tenant, Home home) throws SQLException {
        long rows = 0;
        try (Connection connection = administrator(home);
                Statement statement = connection.createStatement()) {
            for (TenantTable table :
                    TenantTables.read(connection, home.schema(), TENANT_COLUMN).parentsFirst()) {
                try (ResultSet row = statement.executeQuery("select count(*) from " + table.in(home.schema())
                        + " where " + TENANT_COLUMN + " = '" + tenant + "'")) {
                    row.next();
                    rows += row.getLong(1);
                }
            }
        }
        return rows;
    }

    private void drop() throws SQLException {
        kept.close();
        if (product == Product.H2) {
            for (TenantId tenant : tenants) {
                shutdown(home(Tier.DATABASE, tenant));
            }
            shutdown(sharedHome());
            return;
        }
        for (Database shared : sharedDatabases.values()) {
            List<String> databases = new ArrayList<>(List.of(shared.name()));
            List<String> roles = new ArrayList<>();
            for (TenantId tenant : tenants) {
                databases.add(
                        home(Tier.DATABASE, tenant, shared.server()).database().name());
                roles.add(Homes.roleOf(home(Tier.SCHEMA, tenant, shared.server())));
            }
            postgres(shared.server()).drop(databases, roles);
        }
    }

    private PostgresServer postgres(String server) {
        return Objects.requireNonNull(postgres.get(server));
    }

    private void shutdown(Home home) throws SQLException {
        try (Connection connection = servers.open(home.database(), "PUBLIC", DatabaseRole.OWNER, "test");
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        }
    }
}
