package dev.rehome.fleet.levels;

import dev.rehome.fleet.Provisioner;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Changelog;
import dev.rehome.schema.HomeTables;
import dev.rehome.schema.Homes;
import dev.rehome.schema.Pace;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Tenants of an application that keeps notes: its changelog has three versions, and homes are at the second. */
final class NotesFleet implements AutoCloseable {
    static final Changelog SECOND = new Changelog("changelogs/notes-2.yaml");
    static final Changelog THIRD = new Changelog("changelogs/notes-3.yaml");

    private final PostgresServer server = PostgresServer.get();
    final Database control;
    final Servers servers;
    final ConnectionSource connections;
    final JdbcDirectory directory;
    final Home shared;
    private final Homes homes;
    private final Homes second;
    /** By schema. */
    final TreeMap<String, TenantId> tenants = new TreeMap<>();

    private final List<SchemaRuns> opened = new ArrayList<>();

    NotesFleet(int schemas) throws SQLException {
        control = new Database(PostgresServer.NAME, server.createDatabase());
        servers = server.servers(control.name());
        connections = connections(servers, control);
        directory = new JdbcDirectory(connections);
        homes = new Homes(servers, control, "storefront_id");
        second = homes.madeBy(SECOND);
        homes.createDirectory();
        shared = new Home(Tier.SHARED, control, "shared");
        second.create(shared);
        for (int i = 0; i < schemas; i++) {
            create(Tier.SCHEMA);
        }
    }

    static ConnectionSource connections(Servers servers, Database control) {
        return () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test directory");
    }

    Home create(Tier tier) {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        String name = "storefront_" + tenant.toString().replace('-', '_');
        Home home = switch (tier) {
            case SHARED -> shared;
            case SCHEMA -> new Home(tier, control, name);
            case DATABASE -> new Home(tier, new Database(PostgresServer.NAME, name), "storefront");
        };
        tenants.put(
                tier == Tier.DATABASE ? name + ".storefront" : home.schema() + (tier == Tier.SHARED ? tenant : ""),
                tenant);
        Provisioner.of(servers, second, directory).create(tenant, "test", home);
        return home;
    }

    /** The n-th schema home in the order of a run, from 1. */
    Home home(int no) {
        return new Home(
                Tier.SCHEMA,
                control,
                tenants.keySet().stream()
                        .filter(name -> name.matches("storefront_[0-9a-f_]*"))
                        .skip(no - 1L)
                        .findFirst()
                        .orElseThrow());
    }

    TenantId tenant(Home home) {
        return Objects.requireNonNull(tenants.get(home.schema()));
    }

    Homes homes(Changelog changelog) {
        return homes.madeBy(changelog);
    }

    LevelSurvey survey(Changelog changelog) {
        return new LevelSurvey(new FleetHomes(connections, Set.of(shared)), homes(changelog), 2);
    }

    SchemaRuns runs() {
        SchemaRuns runs = new SchemaRuns(connections);
        opened.add(runs);
        return runs;
    }

    SchemaRunner runner(RunOptions options, String name) {
        return new SchemaRunner(survey(THIRD), homes(THIRD), runs(), options, name);
    }

    /** Makes the third version fail in a home. */
    void spoil(Home home) throws SQLException {
        execute(
                home,
                "set rehome.capture = 'off'; insert into notes (storefront_id, id, text)" + " values ('" + tenant(home)
                        + "', gen_random_uuid(), 'forbidden')");
    }

    void mend(Home home) throws SQLException {
        execute(home, "set rehome.capture = 'off'; delete from notes where text = 'forbidden'");
    }

    long upToDate() throws InterruptedException {
        return SchemaPlan.of(survey(THIRD)).upToDate();
    }

    void execute(Home home, String sql) throws SQLException {
        try (Connection connection = server.administrator(home.database().name());
                Statement statement = connection.createStatement()) {
            connection.setSchema(home.schema());
            statement.execute(sql);
        }
    }

    String ask(Home home, String sql) throws SQLException {
        try (Connection connection = server.administrator(home.database().name());
                Statement statement = connection.createStatement()) {
            connection.setSchema(home.schema());
            try (ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return String.valueOf(row.getString(1));
            }
        }
    }

    /** Brings one home to the third version, outside any run. */
    void bringUp(Home home) throws SQLException {
        try (HomeTables tables = homes(THIRD).tablesIn(home.database())) {
            tables.apply(home, tables.rendering(home, tables.level(home)), Pace.UNHURRIED, Changelog.Guard.NONE);
        }
    }

    @Override
    public void close() throws SQLException {
        opened.forEach(SchemaRuns::close);
        for (String name : tenants.keySet()) {
            if (name.endsWith(".storefront")) {
                server.dropDatabase(name.substring(0, name.indexOf('.')));
            }
        }
        server.dropDatabase(control.name());
        try (Connection connection = server.administrator("postgres");
                Statement statement = connection.createStatement()) {
            for (String name : tenants.keySet()) {
                statement.execute("drop role if exists \"" + name + '"');
            }
        }
    }
}
