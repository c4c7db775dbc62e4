package dev.rehome.move.crash;

import static java.util.stream.Collectors.joining;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MovePhase;
import dev.rehome.move.crash.Clients.Looking;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks whether R1 to R9 hold after a move, and whether anything was left behind. While all clients rest. */
final class Aftermath {
    /** The server notices that a client is gone when it next writes to it. */
    private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);

    private static final Duration INTERVAL = Duration.ofMillis(20);

    /** In the shared home: the tables that have rows of a tenant. */
    private static final String ROWS = Stream.of(
                    "storefronts",
                    "customers",
                    "customer_addresses",
                    "orders",
                    "order_items",
                    "shopping_carts",
                    "cart_items")
            .map(table -> "select '" + table + "' where exists (select from " + table + " where storefront_id = ?)")
            .collect(joining(" union all "));

    private final TestFleet fleet;
    private final Looking looking;
    private final MoveJournal journal;
    private final List<Clients> clients;

    Aftermath(TestFleet fleet, Looking looking, MoveJournal journal, List<Clients> clients) {
        this.fleet = fleet;
        this.looking = looking;
        this.journal = journal;
        this.clients = clients;
    }

    /** What is wrong. */
    List<String> problems(TenantId tenant, MovePhase end, Home target) throws SQLException, InterruptedException {
        List<String> problems = new ArrayList<>();
        Placement placement = fleet.directory().find(tenant).orElseThrow();
        if (!end.isTerminal()) {
            problems.add("R5: the move stands in " + end);
        }
        if (end.isTerminal() && placement.home().equals(target) != (end.serving() == MovePhase.Serving.TARGET)) {
            problems.add("R1: the move ended " + end + ", and the directory says " + placement.home());
        }
        residency(tenant, placement, problems);
        homes(tenant, placement, problems);
        leftovers(problems);
        for (Clients each : clients) {
            problems.addAll(each.audit(
                    fleet.directory().find(each.tenant()).orElseThrow().home()));
        }
        problems.addAll(
                journal.unsettled().stream().map(o -> "R5: unsettled " + o).toList());
        journal.active(tenant).ifPresent(move -> problems.add("R5: still active: " + move));
        return problems;
    }

    /** R1: one home, of all that the tenant can have, admits it, and the directory knows which. */
    private void residency(TenantId tenant, Placement placement, List<String> problems) throws SQLException {
        List<String> here = new ArrayList<>();
        for (Home home : databases(tenant)) {
            here.addAll(rows(
                    home,
                    "select database_name || '.' || schema_name || ' at ' || epoch || case when capture then ' captured' else '' end"
                            + " from rehome.residency where state <> 'MOVED' and tenant_id = '" + tenant + "'"));
        }
        Home home = placement.home();
        String expected = home.database().name() + "." + home.schema() + " at "
                + placement.epoch().value();
        if (!here.equals(List.of(expected))) {
            problems.add("R1: expected residency " + expected + ", found " + here);
        }
    }

    private void homes(TenantId tenant, Placement placement, List<String> problems) throws SQLException {
        for (Tier tier : Tier.values()) {
            Home home = fleet.home(tier, tenant);
            if (home.equals(placement.home())) {
                continue;
            }
            if (tier == Tier.SHARED) {
                List<String> rows = rows(home, ROWS.replace("?", "'" + tenant + "'"));
                if (!rows.isEmpty()) {
                    problems.add("R5: rows of " + rows + " left in " + home);
                }
            } else if (isThere(home)) {
                problems.add("R5: " + home + " is still there");
            }
        }
        String role = fleet.home(Tier.SCHEMA, tenant).schema();
        boolean needed = placement.home().tier() == Tier.SCHEMA;
        if (rows(fleet.sharedHome(), "select rolname from pg_roles where rolname = '" + role + "'")
                        .isEmpty()
                == needed) {
            problems.add("R5: role " + role + (needed ? " is gone" : " is still there"));
        }
    }

    /** Also if it cannot be used any more. */
    private boolean isThere(Home home) throws SQLException {
        String sql = home.tier() == Tier.DATABASE
                ? "select datname from pg_database where datname = "
                        + SqlNames.literal(home.database().name())
                : "select nspname from pg_namespace where nspname = " + SqlNames.literal(home.schema());
        return !rows(fleet.sharedHome(), sql).isEmpty();
    }

    private void leftovers(List<String> problems) throws SQLException, InterruptedException {
        List<Home> databases = new ArrayList<>();
        for (Clients each : clients) {
            databases.addAll(databases(each.tenant()));
        }
        for (Home home : databases.stream().distinct().toList()) {
            for (String table : List.of("change", "backfill_range", "backfill_arrival", "lease")) {
                List<String> left = rows(home, "select t::text from rehome." + table + " t limit 5");
                if (!left.isEmpty()) {
                    problems.add(
                            "R5: rehome." + table + " of " + home.database().name() + " has " + left);
                }
            }
            expectNone(
                    home,
                    "advisory locks",
                    "select mode || ' of ' || pid from pg_locks where locktype = 'advisory'"
                            + " and database = (select oid from pg_database where datname = current_database())",
                    problems);
        }
        expectNone(
                fleet.sharedHome(),
                "movers' connections",
                "select application_name || ' ' || state || ': ' || left(query, 60) from pg_stat_activity"
                        + " where application_name ~ '^rehome .*/[0-9]+$' or application_name = '" + CrashScene.JOURNAL
                        + "'",
                problems);
    }

    private void expectNone(Home home, String what, String sql, List<String> problems)
            throws SQLException, InterruptedException {
        Deadline deadline = Deadline.in(NOTICED_WITHIN);
        List<String> found = rows(home, sql);
        while (!found.isEmpty() && !deadline.passed()) {
            deadline.sleep(INTERVAL);
            found = rows(home, sql);
        }
        if (!found.isEmpty()) {
            problems.add("R5: " + what + " left: " + found);
        }
    }

    /** A home in each database that the tenant can have, as far as there is one that can be looked into. */
    private List<Home> databases(TenantId tenant) throws SQLException {
        Home own = fleet.home(Tier.DATABASE, tenant);
        List<String> usable = rows(
                fleet.sharedHome(),
                "select datname from pg_database where datallowconn and datname = "
                        + SqlNames.literal(own.database().name()));
        return usable.isEmpty() ? List.of(fleet.sharedHome()) : List.of(fleet.sharedHome(), own);
    }

    private List<String> rows(Home home, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = looking.at(home);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                rows.add(String.valueOf(row.getString(1)));
            }
        }
        return rows;
    }
}
