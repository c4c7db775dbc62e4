package dev.rehome.testing;

import dev.rehome.backfill.TenantCopy;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Database;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant in its source home with capture on, a target home without a row of the tenant's, and a neighbour with the same
 * ids and e-mails in the shared home, if one of the two is shared. Beside the domain's tables both homes have one called
 * odd, with a key of several columns and types that are hard to carry.
 */
public final class CopyScene implements AutoCloseable {
    public static final String TENANT_COLUMN = "storefront_id";
    private static final String ODD = """
            create type mood as enum ('sad', 'fine', 'happy');
            create table odd (
                storefront_id uuid not null,
                region text not null,
                no bigint not null,
                parent_no bigint,
                amount numeric,
                total numeric not null generated always as (coalesce(amount, 0) * 2) stored,
                counter bigint generated always as identity,
                document jsonb,
                raw json,
                feeling mood,
                feelings mood[],
                tags text[],
                bytes bytea,
                at timestamp with time zone,
                place point,
                duration interval,
                note text,
                primary key (storefront_id, region, no),
                foreign key (storefront_id, region, parent_no) references odd (storefront_id, region, no) deferrable
            );
            create index odd_note_idx on odd (storefront_id, lower(note)) where note is not null""";
    private static final String SEED = """
            insert into customers (storefront_id, id, external_id, email, created_at)
                select T, uuidv7(), 'c' || i, 'c' || i || '@example.org', now() from generate_series(1, 60) i;
            insert into customer_addresses (storefront_id, id, customer_id, city, city_local, created_at)
                select T, uuidv7(), id, 'Zürich', '苏黎世 \\ "x"', now() from customers where storefront_id = T;
            insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency, item_count, items_total, ordered_at)
                select T, uuidv7(), 'o' || row_number() over (), customer_id, id, 'PAID', 'EUR', 2, -1.125, now() from customer_addresses where storefront_id = T;
            insert into order_items (storefront_id, id, order_id, line_no, product_id, description, quantity, unit_price)
                select T, uuidv7(), id, line, 'p', case line when 1 then '' end, -1, 0.125 from orders, generate_series(1, 2) line where storefront_id = T;
            insert into odd (storefront_id, region, no, parent_no, amount, document, raw, feeling, feelings, tags, bytes, at, place, duration, note)
                select T, case i % 2 when 0 then 'Süd' else 'a,b' end, i, case when i > 10 then i - 2 when i < 3 then i + 8 end, i / 7.0, '{"a": [1.50, null]}', '{ "b" : 1 }',
                       'happy', '{sad,happy}', array['x', null, '{,}'], '\\x00ff', '2024-02-29 23:59:59.123456+05', '(0.1,2)', '1 mon', case i % 3 when 0 then '' when 1 then 'tab\tnew\nline \\N' end
                  from generate_series(1, 40) i""";

    /** What scenes are copied from, by the tiers of their homes: making one takes seconds. */
    private static final Map<List<Tier>, CopyScene> ORIGINALS = new HashMap<>();

    private final PostgresServer server = PostgresServer.get();
    private final String control;
    private final KeptConnections kept = new KeptConnections(Duration.ofMinutes(1));
    private final Servers servers;
    private final Homes homes;
    private final Home source;
    private final Home target;
    private final TenantId tenant;
    private final TenantId neighbour;

    public CopyScene(Tier from, Tier to) throws SQLException {
        this(from, to, original(from, to));
    }

    private CopyScene(Tier from, Tier to, CopyScene original) throws SQLException {
        this(from, to, original.copyDatabases(), original.tenant, original.neighbour);
    }

    private CopyScene(Tier from, Tier to, String control, TenantId tenant, TenantId neighbour) {
        this.control = control;
        this.tenant = tenant;
        this.neighbour = neighbour;
        Database shared = new Database(PostgresServer.NAME, control);
        Database own = new Database(PostgresServer.NAME, own(control));
        servers = server.servers(control).keeping(List.of(shared, own), kept);
        homes = new Homes(servers, shared, TENANT_COLUMN);
        source = home(from);
        target = home(to);
    }

    private static synchronized CopyScene original(Tier from, Tier to) throws SQLException {
        CopyScene original = ORIGINALS.get(List.of(from, to));
        if (original == null) {
            PostgresServer server = PostgresServer.get();
            original = new CopyScene(
                    from,
                    to,
                    server.fleetTemplate().copy(),
                    TenantId.of(UUID.randomUUID()),
                    TenantId.of(UUID.randomUUID()));
            original.make();
            original.kept.close(); // a database that somebody is connected to cannot be copied
            server.dropAtTheEnd(original::drop);
            ORIGINALS.put(List.of(from, to), original);
        }
        return original;
    }

    private void make() throws SQLException {
        create(source);
        homes.protect(source);
        create(target);
        if (target.tier() == Tier.SHARED) {
            homes.protect(target);
        }
        settle(tenant, source, null);
        for (Home home : new Home[] {source, target}) {
            if (home.tier() == Tier.SHARED) {
                settle(neighbour, home, home.equals(source) ? tenant : null);
            }
        }
        administer(source, "update rehome.residency set capture = true where tenant_id = '" + tenant + "'");
        for (Home home : List.of(source, target)) {
            for (TenantId who : List.of(tenant, neighbour)) {
                claim(new Lease(who, 1), home);
            }
        }
    }

    /** Returns the name of the copy that has the directory. */
    private String copyDatabases() throws SQLException {
        String copy = server.nextName();
        copyDatabase(control, copy, copy);
        if (source.tier() == Tier.DATABASE || target.tier() == Tier.DATABASE) {
            copyDatabase(own(control), own(copy), copy);
        }
        return copy;
    }

    private void copyDatabase(String template, String name, String controlOfCopy) throws SQLException {
        String database = SqlNames.quote(name);
        server.copyDatabase(
                name,
                template,
                "revoke all on database " + database + " from public; grant connect on database " + database + " to "
                        + user(DatabaseRole.APP) + ", " + user(DatabaseRole.MOVER)
                        + "; update rehome.residency set database_name = replace(database_name, '" + control + "', '"
                        + controlOfCopy + "')");
    }

    private static String own(String control) {
        return control + "_own";
    }

    /** Makes the lease the one that counts in the home's database. */
    public void claim(Lease lease, Home home) throws SQLException {
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, "test")) {
            lease.claim(connection);
        }
    }

    private Home home(Tier tier) {
        return switch (tier) {
            case SHARED -> new Home(tier, PostgresServer.NAME, control, FleetTemplate.SHARED_SCHEMA);
            case SCHEMA ->
                new Home(
                        tier,
                        PostgresServer.NAME,
                        control,
                        "copied_" + tenant.toString().replace('-', '_'));
            case DATABASE -> new Home(tier, PostgresServer.NAME, own(control), "storefront");
        };
    }

    private void create(Home home) throws SQLException {
        homes.createUnprotected(home);
        try (Connection connection = servers.open(home, DatabaseRole.OWNER, "test");
                Statement statement = connection.createStatement()) {
            statement.execute(ODD);
            statement.execute("select rehome.protect_home('" + home.schema() + "', '" + TENANT_COLUMN + "', '"
                    + (home.tier() == Tier.SCHEMA ? Homes.roleOf(home) : user(DatabaseRole.APP)) + "', '"
                    + user(DatabaseRole.MOVER) + "', false)");
        }
    }

    private String user(DatabaseRole role) {
        return servers.login(PostgresServer.NAME, role).user();
    }

    /** What a cutover does to the residency rows. */
    public void serveFromTarget() throws SQLException {
        Placement moved = new Placement(tenant, target, Epoch.FIRST.next());
        try (Connection there = servers.open(target, DatabaseRole.MOVER, "test");
                Connection here = servers.open(source, DatabaseRole.MOVER, "test")) {
            Residency.here(there, moved, true);
            if (!source.inSameDatabaseAs(target)) {
                Residency.moved(here, moved);
            }
        }
    }

    /** Gives the tenant its residency and rows: those of another one in the same home, or new ones. */
    private void settle(TenantId who, Home home, @Nullable TenantId twin) throws SQLException {
        administer(
                home,
                "insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name, role_name) values ('"
                        + who + "', 1, 'HERE', '" + home.tier() + "', '"
                        + home.database().server() + "', '" + home.database().name() + "', '" + home.schema() + "', "
                        + (home.tier() == Tier.SCHEMA ? "'" + Homes.roleOf(home) + "'" : "null") + ")");
        if (twin == null) {
            write(who, home, SEED.replace("T,", "'" + who + "',").replace("= T", "= '" + who + "'"));
            return;
        }
        try (Connection connection = administrator(home);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set constraints all deferred");
            for (TenantTable table : TenantTables.read(connection, home.schema(), TENANT_COLUMN)) {
                String others = table.columnList().replace("\"storefront_id\"", "'" + who + "'");
                statement.execute("insert into " + table.in(home.schema()) + " (" + table.columnList()
                        + ") overriding system value select " + others + " from " + table.in(home.schema())
                        + " where storefront_id = '" + twin + "'");
            }
            connection.commit();
        }
    }

    public Servers servers() {
        return servers;
    }

    public Homes homes() {
        return homes;
    }

    public TenantId tenant() {
        return tenant;
    }

    public TenantId neighbour() {
        return neighbour;
    }

    public Home source() {
        return source;
    }

    public Home target() {
        return target;
    }

    /** The lease under which the tenant is moved. */
    public Lease lease() {
        return new Lease(tenant, 1);
    }

    public TenantCopy copy() {
        return new TenantCopy(lease(), source, target, target.tier() != Tier.SHARED);
    }

    /** A transaction of the application's that has entered the source home on behalf of the tenant. */
    public Connection enter() throws SQLException {
        return enter(tenant, source);
    }

    private Connection enter(TenantId who, Home home) throws SQLException {
        Connection connection = servers.open(home, DatabaseRole.APP, "test");
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("select rehome.enter(?, 1)")) {
            statement.setObject(1, who.value());
            statement.execute();
        }
        return connection;
    }

    /** Writes as the application does: in a transaction that has entered, on behalf of the tenant. */
    public void write(String... sql) throws SQLException {
        write(tenant, source, sql);
    }

    private void write(TenantId who, Home home, String... sql) throws SQLException {
        try (Connection connection = enter(who, home);
                Statement statement = connection.createStatement()) {
            statement.execute("set constraints all deferred");
            for (String each : sql) {
                statement.execute(each);
            }
            connection.commit();
        }
    }

    /** A superuser's connection, bound by nothing, with the home's schema as its path. */
    public Connection administrator(Home home) throws SQLException {
        return kept.open(servers.url(home.database()).jdbc(), "administrator", home.schema(), "rehome test", () -> {
            Connection connection = server.administrator(home.database().name());
            connection.setSchema(home.schema());
            return connection;
        });
    }

    /** Does something that no trigger and no policy sees. */
    public void administer(Home home, String sql) throws SQLException {
        try (Connection connection = administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute(sql);
        }
    }

    public String ask(Home home, String sql) throws SQLException {
        try (Connection connection = administrator(home);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** The number of the tenant's rows, and a fingerprint of all of them as text, by table. */
    public Map<String, String> content(TenantId who, Home home) throws SQLException {
        Map<String, String> content = new TreeMap<>();
        try (Connection connection = administrator(home)) {
            for (TenantTable table : TenantTables.read(connection, home.schema(), TENANT_COLUMN)) {
                content.put(
                        table.name(),
                        ask(
                                home,
                                "select count(*) || ' rows ' || md5(coalesce(string_agg(t::text, E'\\n' order by t::text collate \"C\"), '')) from "
                                        + SqlNames.quote(table.name()) + " t where storefront_id = '" + who + "'"));
            }
        }
        return content;
    }

    /** The neighbour's rows, wherever it has some. */
    public Map<String, String> neighbours() throws SQLException {
        Map<String, String> all = new TreeMap<>();
        for (Home home : new Home[] {source, target}) {
            content(neighbour, home).forEach((table, rows) -> all.put(home + " " + table, rows));
        }
        return all;
    }

    @Override
    public void close() throws SQLException {
        kept.close();
        server.drop(List.of(control, own(control)), List.of());
    }

    private void drop() {
        try {
            close();
        } catch (SQLException e) {
            throw new IllegalStateException("Drop database " + control + " by hand.", e);
        }
    }
}
