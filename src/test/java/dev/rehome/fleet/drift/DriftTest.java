package dev.rehome.fleet.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fleet.drift.HomeDrift.AtAnotherLevel;
import dev.rehome.fleet.drift.HomeDrift.Drifted;
import dev.rehome.fleet.drift.HomeDrift.NotSeen;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each test leaves the fleet without drift. */
class DriftTest {
    private static TestFleet fleet;
    private static Home schema;
    private static Home database;

    @BeforeAll
    static void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        schema = fleet.home(Tier.SCHEMA, fleet.createTenant(Tier.SCHEMA));
        fleet.createTenant(Tier.SCHEMA);
        database = fleet.home(Tier.DATABASE, fleet.createTenant(Tier.DATABASE));
        fleet.createTenant(Tier.SHARED);
    }

    @AfterAll
    static void close() throws SQLException {
        fleet.close();
    }

    @Test
    void aFleetWithHomesInAllTiersHasNotDrifted() {
        Found found = find();

        assertEquals(List.of(), found.drifts);
        assertEquals(new Drift.Summary(4, 4, 0, 0, 0), found.summary);
    }

    @Test
    void nothingIsLeftOfTheHomeThatAllAreComparedWith() throws SQLException {
        find();

        assertEquals(
                0,
                fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from pg_namespace where nspname like 'rehome_reference%'"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "index orders_customer_newest_idx of orders    | drop index orders_customer_newest_idx",
                "index by_name of storefronts                  | create index by_name on storefronts (name)",
                "index orders_customer_newest_idx of orders    | drop index orders_customer_newest_idx; create index orders_customer_newest_idx on orders (storefront_id, customer_id)",
                "column created_at of storefronts              | alter table storefronts drop column created_at",
                "column loyalty of customers                   | alter table customers add column loyalty integer not null default 7",
                "column currency of orders                     | alter table orders alter column currency type varchar(9)",
                "not null email of customers                   | alter table customers alter column email set not null",
                "not null status of orders                     | alter table orders alter column status drop not null",
                "default version of orders                     | alter table orders alter column version set default 3",
                "default version of orders                     | alter table orders alter column version drop default",
                "default status of orders                      | alter table orders alter column status set default 'new'",
                "key customers_email_key of customers          | alter table customers drop constraint customers_email_key",
                "foreign key cart_items_cart_fkey of cart_items | alter table cart_items alter constraint cart_items_cart_fkey not deferrable",
                "foreign key cart_items_cart_fkey of cart_items | alter table cart_items drop constraint cart_items_cart_fkey",
                "check positive of order_items                 | alter table order_items add constraint positive check (quantity > 0)",
                "trigger rehome_capture of orders              | drop trigger rehome_capture on orders",
                "trigger state rehome_capture of orders        | alter table orders disable trigger rehome_capture",
                "trigger state rehome_truncate of orders       | alter table orders enable trigger rehome_truncate",
                "trigger again of orders                       | create trigger again before truncate on orders for each statement execute function rehome.refuse_truncate()",
                "row security of orders                        | alter table orders disable row level security",
                "row security of orders                        | alter table orders no force row level security",
                "policy support of customers                   | create policy support on customers using (true)",
                "policy tenant_rows of customers               | alter policy tenant_rows on customers using (true)",
                "policy tenant_rows of customers               | drop policy tenant_rows on customers",
                "owner of customers                            | alter table customers owner to postgres",
                "rights of {mover} on orders                       | revoke insert on orders from rehome_mover",
                "rights of {app} on orders                         | revoke all on orders from {app}",
                "rights of public on customers                     | grant select on customers to public",
                "rights of {mover} on the schema                       | do $$ begin execute format('revoke usage on schema %I from rehome_mover', current_schema); end $$",
                "rights of public on column name of storefronts       | grant select (name) on storefronts to public",
                "table notes                                   | create table notes (id integer)",
                "table cart_items                              | drop table cart_items",
                "view emails                                   | create view emails as select email from customers",
                "sequence numbers                              | create sequence numbers",
                "function f()                                  | create function f() returns integer language sql return 1",
                "type mood                                     | create type mood as enum ('sad', 'happy')",
            })
    void whatHasDriftedIsNamedAndItsStatementsMendIt(String what, String harm) throws SQLException {
        List<Home> homes = List.of(schema, database, fleet.sharedHome());
        Home home =
                homes.get(Math.floorMod(harm.hashCode(), homes.size())); // each kind in one of them, as that is quick
        String app = home.tier() == Tier.SCHEMA ? home.schema() : "rehome_app";
        administer(home, harm.replace("{app}", app));
        String expected = what.replace("{app}", '"' + app + '"').replace("{mover}", "\"rehome_mover\"");

        Found found = find();

        List<Drifted> drifted = found.drifted();
        assertEquals(List.of(home), drifted.stream().map(Drifted::home).toList(), found::text);
        assertTrue(
                drifted.get(0).differences().stream()
                        .anyMatch(difference -> difference.what().equals(expected)),
                () -> expected + " is not in " + found.text());
        administer(home, drifted.get(0).mend());
        assertEquals(List.of(), find().drifts, () -> "after " + drifted.get(0).mend());
    }

    @Test
    void columnsInAnotherOrderAreADriftThatNoStatementMends() throws SQLException {
        administer(
                schema,
                "alter table shopping_carts drop column currency; alter table shopping_carts add column currency varchar(3) not null");

        Drifted drifted = find().drifted().get(0);

        assertEquals(
                List.of("column order of shopping_carts"),
                drifted.differences().stream().map(Difference::what).toList());
        assertTrue(drifted.mend().startsWith("-- no statement orders columns"), drifted::mend);
        administer(
                schema,
                "alter table shopping_carts drop column created_at, drop column updated_at;"
                        + "alter table shopping_carts add column created_at timestamptz not null, add column updated_at timestamptz not null");
        assertEquals(List.of(), find().drifts);
    }

    @Test
    void aHomeOfAnOlderLevelIsAtAnotherLevelAndHasNotDrifted() throws SQLException {
        administer(schema, "drop table cart_items; delete from databasechangelog where id = 'cart-items'");

        Found found = find();

        assertEquals(List.of(new AtAnotherLevel(schema, List.of("rehome:cart-items"), List.of())), found.drifts);
        fleet.homes().create(schema);
        assertEquals(List.of(), find().drifts);
    }

    @Test
    void dataIsSaidToBeLostWhereAStatementDropsIt() throws SQLException {
        administer(
                database, "alter table customers add column loyalty integer; drop index orders_shipping_address_idx");

        List<Difference> differences = find().drifted().get(0).differences();

        assertEquals(
                List.of(true, false),
                differences.stream().map(Difference::losesData).toList());
        for (Difference difference : differences) {
            administer(database, difference.mend());
        }
        assertEquals(List.of(), find().drifts);
    }

    @Test
    void aDatabaseThatAcceptsNobodyIsNamedAndTheOthersAreLookedAt() throws SQLException {
        fleet.execute("alter database " + database.database().name() + " with allow_connections false");
        try {
            Found found = find();
            assertEquals(1, found.drifts.size(), found::text);
            assertTrue(
                    found.drifts.get(0) instanceof NotSeen seen && seen.home().equals(database), found::text);
            assertEquals(3, found.summary.same());
        } finally {
            fleet.execute("alter database " + database.database().name() + " with allow_connections true");
        }
    }

    @Test
    void whatDiffersInTheNameOfTheHomeOnlyIsNoDrift() throws SQLException {
        assertFalse(schema.schema().equals(fleet.sharedHome().schema()));
        for (Home home : List.of(schema, database, fleet.sharedHome())) {
            administer(
                    home,
                    "create sequence s; create view v as select c.*, o.status from customers c join orders o"
                            + " on o.customer_id = c.id; alter table orders alter column version set default nextval('s')");
        }
        List<Drifted> drifted = find().drifted();
        assertEquals(3, drifted.size());
        assertEquals(
                1,
                drifted.stream()
                        .map(each -> each.mend()
                                .replace(each.home().schema(), "home")
                                .replace("rehome_app", "home"))
                        .distinct()
                        .count(),
                () -> drifted.stream().map(Drifted::mend).collect(Collectors.joining("\n")));
        for (Drifted each : drifted) {
            administer(each.home(), each.mend());
        }
        assertEquals(List.of(), find().drifts);
    }

    /** Keeps what is found. */
    private static final class Found implements Drift.Listener {
        private final List<HomeDrift> drifts = new ArrayList<>();
        private Drift.Summary summary = new Drift.Summary(0, 0, 0, 0, 0);

        @Override
        public void looked(int done, int total) {
            assertTrue(done <= total);
        }

        @Override
        public void found(HomeDrift drift) {
            drifts.add(drift);
        }

        List<Drifted> drifted() {
            return drifts.stream().map(Drifted.class::cast).toList();
        }

        String text() {
            return drifts.toString();
        }
    }

    private static Found find() {
        Found found = new Found();
        found.summary = new Drift(
                        fleet.servers(), fleet.homes(), fleet.control(), fleet.directory(), List.of(fleet.sharedHome()))
                .find(found);
        return found;
    }

    private static void administer(Home home, String sql) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
