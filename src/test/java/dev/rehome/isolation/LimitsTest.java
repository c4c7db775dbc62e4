package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Tier;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is <em>not</em> stopped, so that nobody relies on it. H2 has no row-level security: in its shared home all that
 * gets past Hibernate's filter reaches everybody's rows. On PostgreSQL row-level security guards against mistakes, not
 * against SQL injection: whoever can run any statement can say that it is somebody else.
 */
class LimitsTest {

    @Test
    void onH2NativeSqlReadsAndWritesTheVictimsRows() throws SQLException {
        try (OpenScene scene = sharedOnH2()) {
            assertEquals(
                    2,
                    scene.attack(session -> ids(session, "select id from customers"))
                            .size());
            assertEquals(
                    2,
                    scene.rowsChanged(session -> session.createNativeMutationQuery(
                                    "update customers set email = 'stolen@example.com' || id")
                            .executeUpdate()));
        }
    }

    @Test
    void onH2ADisabledFilterOpensTheVictimsRows() throws SQLException {
        try (OpenScene scene = sharedOnH2()) {
            List<UUID> seen = scene.attack(session -> {
                session.disableFilter("_tenantId");
                return session.createSelectionQuery("select id from Customer", UUID.class)
                        .getResultList();
            });
            assertEquals(2, seen.size());
        }
    }

    @Test
    void onH2ABulkUpdateCanGiveARowAway() throws SQLException {
        try (OpenScene scene = sharedOnH2()) {
            int given = scene.rowsChanged(session -> {
                session.persist(OpenRows.customer(UUID.randomUUID(), "gift@example.com"));
                session.flush();
                return session.createMutationQuery(
                                "update Customer set storefrontId = :victim where email = 'gift@example.com'")
                        .setParameter("victim", scene.victim.value())
                        .executeUpdate();
            });
            assertEquals(1, given);
        }
    }

    @Test
    void onH2AJoinFetchReadsTheChildrenOfTheVictimsRowWithTheSameId() throws SQLException {
        try (OpenScene scene = sharedOnH2()) {
            Customer twin = scene.attack(session -> {
                session.persist(OpenRows.customer(scene.victims.customer(), "twin@example.com"));
                session.flush();
                session.clear();
                return session.createSelectionQuery(
                                "from Customer c left join fetch c.orders where c.id = :id", Customer.class)
                        .setParameter("id", scene.victims.customer())
                        .getSingleResult();
            });
            assertEquals(scene.attacker.value(), twin.storefrontId);
            assertEquals(
                    List.of(scene.victims.order()),
                    twin.orders.stream().map(order -> order.id).toList());
        }
    }

    /** {@code enter} does no more than this, so neither can be withheld from the run-time role. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "SCHEMA"})
    void onPostgresSqlThatChangesTheSettingsOfEnterBecomesTheVictim(Tier tier) throws SQLException {
        try (OpenScene scene = new OpenScene(Product.POSTGRESQL, tier, tier)) {
            List<UUID> seen = scene.attack(session -> {
                session.createNativeQuery("select set_config('rehome.tenant', :victim, true)", String.class)
                        .setParameter("victim", scene.victim.toString())
                        .getSingleResult();
                if (tier == Tier.SCHEMA) {
                    session.createNativeQuery("select set_config('role', :role, true)", String.class)
                            .setParameter("role", scene.home(scene.victim).schema())
                            .getSingleResult();
                }
                return ids(session, "select id from customers");
            });
            assertEquals(List.of(scene.victims.customer()), seen);
        }
    }

    /** The code says on whose behalf it works; whether it may is the application's to check. */
    @ParameterizedTest
    @EnumSource
    void aSessionThatIsOpenedForTheVictimOnPurposeIsTheVictims(Tier tier) throws SQLException {
        try (OpenScene scene = new OpenScene(Product.POSTGRESQL, tier, tier)) {
            Customer seen = scene.attack(session -> {
                try (Session victims = session.getSessionFactory()
                        .withOptions()
                        .tenantIdentifier((Object) scene.victim.value())
                        .openSession()) {
                    return victims.find(Customer.class, scene.victims.customer());
                }
            });
            assertEquals(scene.victim.value(), seen.storefrontId);
        }
    }

    private static OpenScene sharedOnH2() throws SQLException {
        return new OpenScene(Product.H2, Tier.SHARED, Tier.SHARED);
    }

    private static List<UUID> ids(Session session, String sql) {
        return session.createNativeQuery(sql, UUID.class).getResultList();
    }
}
