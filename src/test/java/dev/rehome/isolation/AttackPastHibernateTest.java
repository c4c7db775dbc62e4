package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.isolation.OpenRows.Order;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks that Hibernate does not see or does not look at (R4): only row-level security and the roles' rights stop them,
 * so they are stopped on PostgreSQL only. {@link LimitsTest} shows them succeed on H2.
 */
@ParameterizedClass
@MethodSource(AttackScene.ON_POSTGRES)
class AttackPastHibernateTest {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final AttackScene scene;

    AttackPastHibernateTest(AttackScene scene) {
        this.scene = scene;
    }

    @AfterEach
    void victimIsUntouched() throws SQLException {
        scene.assertVictimUntouched();
    }

    @Test
    void nativeSelectFindsNothing() {
        assertEquals(
                List.of(scene.attacker.value()),
                scene.attack(
                        session -> session.createNativeQuery("select distinct storefront_id from customers", UUID.class)
                                .getResultList()));
    }

    @Test
    void nativeEntityQueryFindsNothing() {
        assertEquals(
                List.of(),
                scene.attack(session -> session.createNativeQuery(
                                "select * from customers where storefront_id = :victim", Customer.class)
                        .setParameter("victim", scene.victim.value())
                        .getResultList()));
    }

    @Test
    void nativeUpdatesAndDeletesStopAtTheAttackersRows() {
        assertEquals(1, change("update customers set email = 'taken@example.com'"));
        assertEquals(0, change("update customers set email = null where storefront_id = '" + scene.victim + "'"));
        assertEquals(1, change("update order_items set quantity = 9"));
        assertEquals(0, change("delete from order_items where id = '" + scene.victims.item() + "'"));
    }

    @Test
    void nativeInsertCannotBeMarkedAsTheVictims() {
        assertEquals(
                INSUFFICIENT_PRIVILEGE,
                refusal(session -> change(
                        session,
                        "insert into customers (storefront_id, id, created_at) values ('" + scene.victim
                                + "', gen_random_uuid(), now())")));
    }

    @Test
    void nativeUpdateCannotGiveARowToTheVictim() {
        assertEquals(
                INSUFFICIENT_PRIVILEGE,
                refusal(session -> change(session, "update order_items set storefront_id = '" + scene.victim + "'")));
    }

    @Test
    void nativeUpsertCannotReachTheVictimsRow() {
        assertEquals(
                INSUFFICIENT_PRIVILEGE,
                refusal(
                        session -> change(
                                session,
                                "insert into customers (storefront_id, id, created_at) values ('" + scene.victim
                                        + "', '"
                                        + scene.victims.customer()
                                        + "', now()) on conflict (storefront_id, id) do update set email = 'stolen@example.com'")));
    }

    @Test
    void nativeReferenceCannotPointAtTheVictimsRow() {
        assertEquals(
                "23503",
                refusal(session ->
                        change(session, "update orders set customer_id = '" + scene.victims.customer() + "'")));
    }

    @Test
    void anotherHomeOfTheSameDatabaseCannotBeNamed() {
        assumeTrue(!scene.inOneHome() && scene.home(scene.victim).inSameDatabaseAs(scene.home(scene.attacker)));
        String table = scene.home(scene.victim).schema() + ".customers";
        for (String sql : List.of("update " + table + " set email = null", "delete from " + table)) {
            assertEquals(INSUFFICIENT_PRIVILEGE, refusal(session -> change(session, sql)), sql);
        }
    }

    @Test
    void plainJdbcSeesAndChangesNothing() {
        scene.attack(session -> {
            session.doWork(connection -> {
                assertEquals(1, count(connection, "select count(*) from customers"));
                assertEquals(
                        0, count(connection, "select count(*) from orders where id = '" + scene.victims.order() + "'"));
                try (Statement statement = connection.createStatement()) {
                    assertEquals(1, statement.executeUpdate("update orders set status = 'TAKEN'"));
                }
            });
            return null;
        });
    }

    @Test
    void aDisabledFilterOpensNothing() {
        assertEquals(List.of(scene.attackers.customer()), scene.attack(session -> {
            session.disableFilter("_tenantId");
            return session.createSelectionQuery("select id from Customer", UUID.class)
                    .getResultList();
        }));
        assertEquals(1, scene.rowsChanged(session -> {
            session.disableFilter("_tenantId");
            return session.createMutationQuery("update Order set status = 'TAKEN'")
                    .executeUpdate();
        }));
    }

    @Test
    void bulkUpdateCannotGiveARowToTheVictim() {
        assertEquals(
                INSUFFICIENT_PRIVILEGE,
                refusal(session -> session.createMutationQuery("update OrderItem set storefrontId = :victim")
                        .setParameter("victim", scene.victim.value())
                        .executeUpdate()));
    }

    @Test
    void bulkInsertCannotBeMarkedAsTheVictims() {
        assertEquals(
                INSUFFICIENT_PRIVILEGE,
                refusal(session -> session.createMutationQuery(
                                "insert into Customer (id, storefrontId, version, createdAt) values (:id, :victim, 0, instant)")
                        .setParameter("id", UUID.randomUUID())
                        .setParameter("victim", scene.victim.value())
                        .executeUpdate()));
    }

    @Test
    void childrenOfARowWithTheVictimsIdAreNotFetched() {
        scene.attack(session -> {
            session.persist(OpenRows.customer(scene.victims.customer(), "twin@example.com"));
            session.flush();
            session.clear();
            Customer twin = session.find(Customer.class, scene.victims.customer());
            assertTrue(twin.orders.isEmpty());
            session.clear();
            Customer fetched = session.createSelectionQuery(
                            "from Customer c left join fetch c.orders where c.id = :id", Customer.class)
                    .setParameter("id", scene.victims.customer())
                    .getSingleResult();
            assertTrue(fetched.orders.isEmpty());
            assertEquals(
                    List.of(),
                    session.createSelectionQuery(
                                    "select o from Customer c join c.orders o where c.id = :id", Order.class)
                            .setParameter("id", scene.victims.customer())
                            .getResultList());
            session.remove(fetched);
            return null;
        });
    }

    @Test
    void definitionsAndTheOtherTenantsPlacementsAreOutOfReach() {
        for (String sql : List.of(
                "truncate customers",
                "alter table customers disable row level security",
                "drop policy tenant_rows on customers",
                "alter table customers disable trigger rehome_capture",
                "update rehome.residency set epoch = epoch + 1",
                "delete from rehome.change",
                "insert into rehome.change (tenant_id, table_name, key) values (gen_random_uuid(), 'orders', '{}')",
                "set session_replication_role = replica")) {
            assertEquals(INSUFFICIENT_PRIVILEGE, refusal(session -> change(session, sql)), sql);
        }
        for (String table : List.of("rehome.residency", "rehome.change")) {
            assertEquals(
                    INSUFFICIENT_PRIVILEGE,
                    refusal(session -> session.createNativeQuery("select count(*) from " + table, Long.class)
                            .getSingleResult()),
                    table);
        }
    }

    private int change(String sql) {
        return scene.rowsChanged(session -> change(session, sql));
    }

    private static int change(Session session, String sql) {
        return session.createNativeMutationQuery(sql).executeUpdate();
    }

    /** The SQLSTATE with which the server stopped the attack. */
    private String refusal(Consumer<Session> work) {
        return SqlStates.of(scene.refused(work));
    }

    private static int count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
