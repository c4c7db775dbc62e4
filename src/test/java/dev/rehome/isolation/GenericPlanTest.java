package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.TransactionMode;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.hibernate.SessionFactory;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The plans that PostgreSQL keeps for Hibernate's statements by id. Hibernate compares the tenant with {@code
 * coalesce(?, storefront_id)}, or where its filter is off not at all: the key's first column comes from row-level security.
 */
class GenericPlanTest {

    @ParameterizedTest
    @EnumSource
    void statementsByIdUseThePrimaryKeyInEveryTier(Tier tier) throws SQLException {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            TenantId tenant = fleet.createTenant(tier);
            fill(fleet, tenant);
            fill(fleet, fleet.createTenant(tier));
            Set<String> statements = Collections.synchronizedSet(new LinkedHashSet<>());
            StatementInspector inspector = sql -> {
                statements.add(sql);
                return sql;
            };
            try (DataLayer layer = DataLayer.builder(fleet.servers(), fleet.directory(), fleet.fence())
                    .entities(OpenRows.ENTITIES)
                    .setting("hibernate.session_factory.statement_inspector", inspector)
                    .build()) {
                UUID id = UUID.randomUUID();
                TenantContext.run(tenant, () -> useById(layer.sessionFactory(), id));
                statements.removeIf(sql -> sql.startsWith("insert"));
                assertEquals(3, statements.size(), statements.toString());
                Connection connection = layer.connections().acquire(tenant, TransactionMode.DEFAULT);
                try {
                    for (String sql : statements) {
                        String plan = genericPlan(connection, sql);
                        assertTrue(plan.contains("customers_pkey"), () -> sql + "\n" + plan);
                        assertTrue(plan.contains("storefront_id = "), () -> sql + "\n" + plan);
                        assertFalse(plan.contains("Seq Scan"), () -> sql + "\n" + plan);
                    }
                    connection.rollback();
                } finally {
                    layer.connections().release(connection);
                }
            }
        }
    }

    private static void useById(SessionFactory sessions, UUID id) {
        sessions.inTransaction(session -> session.persist(OpenRows.customer(id, "a@example.com")));
        sessions.inTransaction(session -> session.find(Customer.class, id).email = "b@example.com");
        sessions.inTransaction(session -> session.remove(session.find(Customer.class, id)));
    }

    private static void fill(TestFleet fleet, TenantId tenant) throws SQLException {
        Home home = fleet.directory().find(tenant).orElseThrow().home();
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, created_at)" + " select '" + tenant
                    + "', gen_random_uuid(), now() from generate_series(1, 5000)");
            statement.execute("analyze customers");
        }
    }

    private static String genericPlan(Connection connection, String sql) throws SQLException {
        StringBuilder numbered = new StringBuilder(sql);
        int parameters = 0;
        for (int at = numbered.indexOf("?"); at >= 0; at = numbered.indexOf("?", at)) {
            numbered.replace(at, at + 1, "$" + ++parameters);
        }
        StringBuilder plan = new StringBuilder();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local plan_cache_mode = force_generic_plan");
            statement.execute("prepare by_id as " + numbered);
            try (ResultSet line = statement.executeQuery(
                    "explain execute by_id (" + String.join(", ", Collections.nCopies(parameters, "null")) + ")")) {
                while (line.next()) {
                    plan.append(line.getString(1)).append('\n');
                }
            }
            statement.execute("deallocate by_id");
        }
        return plan.toString();
    }
}
