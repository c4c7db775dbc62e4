package dev.rehome.life;

import dev.rehome.config.StrategyConfig;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.KeptConnections;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Changelog;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.StrategyText;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The operations on the tenants of a test's fleet. */
final class LifeScene {
    static final String OPERATOR = "a test";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Changelog ODD = new Changelog("life/odd.yaml");
    private static final String ROWS = """
            insert into customers (storefront_id, id, external_id, email, created_at)
                select 'T', uuidv7(), 'c' || i, 'c' || i || '@example.org', now() from generate_series(1, 60) i;
            insert into customer_addresses (storefront_id, id, customer_id, city, city_local, created_at)
                select 'T', uuidv7(), id, 'Zürich', '苏黎世 \\ "x"', now() from customers where storefront_id = 'T';
            insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency, item_count, items_total, ordered_at)
                select 'T', uuidv7(), 'o' || row_number() over (), customer_id, id, 'PAID', 'EUR', 2, -1.125, now() from customer_addresses where storefront_id = 'T';
            insert into order_items (storefront_id, id, order_id, line_no, product_id, description, quantity, unit_price)
                select 'T', uuidv7(), id, line, 'p', case line when 1 then '' end, -1, 0.125 from orders, generate_series(1, 2) line where storefront_id = 'T';
            insert into odd (storefront_id, region, no, parent_no, amount, scaled, priced, document, raw, feeling, feelings, tags, matrix,
                             bytes, at, local_at, day, span, place, period, address, short, long, padded, note)
                select 'T', case i % 2 when 0 then 'Süd' else 'a,b' end, i, case when i > 10 then i - 2 when i < 3 then i + 8 end,
                       case i % 5 when 0 then 'NaN' when 1 then 'Infinity' when 2 then 1.00 when 3 then i / 7.0 end, i - 0.5, i + 0.125,
                       '{"a": [1.50, null]}', '{ "b" : 1 }', 'happy', '{sad,happy}', array['x', null, '{,}', ''], '{{1,2},{3,null}}',
                       '\\x00ff', case i % 3 when 0 then 'infinity' when 1 then '-infinity' else '2024-02-29 23:59:59.123456+05' end::timestamptz,
                       '0044-03-15 12:00:00 BC', case i % 2 when 0 then 'infinity' else '1900-01-01' end::date, '1 mon -2 days 03:00:00.000001', '(0.1,-0)',
                       '[2024-01-01 00:00:00+00,)', '2001:db8::1/64', case i % 2 when 0 then 'NaN' else '-0' end::real,
                       case i % 2 when 0 then '-Infinity' else 0.1 end::float8, 'ab ',
                       case i % 4 when 0 then '' when 1 then E'tab\\tnew\\nline \\\\N \\\\.' when 2 then '👩‍👧 e' || U&'\\0301' end
                  from generate_series(1, 40) i""";

    private final TestFleet fleet;
    private final Servers servers;
    private final Path archives;
    private final StrategyConfig strategy;
    private final Homes homes;

    /** @param folder for the strategy file, and for archives */
    LifeScene(TestFleet fleet, Path folder) throws IOException, SQLException {
        this.fleet = fleet;
        this.servers = keeping(fleet.servers());
        this.archives = folder.resolve("archive");
        this.homes = new Homes(fleet.servers(), fleet.control(), TestFleet.TENANT_COLUMN).madeBy(ODD);
        this.strategy = StrategyText.of(fleet.servers())
                .migration("archive", archives.toString())
                .read(folder.resolve("strategy.yaml"));
        tools().homes().create(fleet.sharedHome());
    }

    Path archives() {
        return archives;
    }

    TestFleet fleet() {
        return fleet;
    }

    StrategyConfig strategy() {
        return strategy;
    }

    TenantLife life() {
        return new TenantLife(tools(), OPERATOR);
    }

    /** What the directory knows of a tenant. */
    Optional<TenantRecord> lives(TenantId tenant) {
        return tools().journal().find(tenant);
    }

    /** A tenant with rows of every kind. */
    TenantId createFull(Tier tier) throws SQLException {
        TenantId tenant = fleet.expectTenant();
        Home home = life().create(tenant, "a full one", fleet.home(tier, tenant))
                .placement()
                .home();
        administer(home, ROWS.replace("'T'", "'" + tenant + "'"));
        return tenant;
    }

    /** Does something that no trigger and no policy sees. */
    void administer(Home home, String sql) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute(sql);
        }
    }

    Home home(TenantId tenant) {
        return fleet.directory().find(tenant).orElseThrow().home();
    }

    /** The number of the tenant's rows, and a fingerprint of all of them but for the tenant's id, by table. */
    Map<String, String> content(TenantId tenant) throws SQLException {
        return content(tenant, home(tenant));
    }

    private Map<String, String> content(TenantId tenant, Home home) throws SQLException {
        Map<String, String> content = new TreeMap<>();
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            for (TenantTable table : TenantTables.read(connection, home.schema(), TestFleet.TENANT_COLUMN)) {
                String columns;
                try (ResultSet row =
                        statement.executeQuery("select string_agg(quote_ident(column_name), ', ' order by column_name)"
                                + " from information_schema.columns where table_schema = '" + home.schema()
                                + "' and table_name = '" + table.name() + "' and column_name <> 'storefront_id'")) {
                    row.next();
                    columns = row.getString(1);
                }
                try (ResultSet row =
                        statement.executeQuery("select count(*) || ' rows ' || coalesce(md5(string_agg(t::text, E'\\n'"
                                + " order by t::text collate \"C\")), '') from (select " + columns + " from "
                                + table.in(home.schema()) + " where storefront_id = '" + tenant + "') t")) {
                    row.next();
                    content.put(table.name(), row.getString(1));
                }
            }
        }
        return content;
    }

    /** As an operator who reaches all databases, the directory's too, by these connections. */
    TenantLife life(Servers reached) {
        return new TenantLife(tools(keeping(reached)), OPERATOR);
    }

    LifeTools tools() {
        return tools(servers);
    }

    /** As an operator's process has them, until the fleet is closed. */
    private Servers keeping(Servers reached) {
        return reached.keeping(Set.of(fleet.control()), new KeptConnections(Duration.ofMinutes(1)));
    }

    private LifeTools tools(Servers servers) {
        Database control = fleet.control();
        return new LifeTools(
                servers,
                homes.reachedBy(servers),
                new JdbcDirectory(() -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test")),
                () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test"),
                strategy);
    }
}
