package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.isolation.OpenRows.Address;
import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.isolation.OpenRows.Order;
import dev.rehome.isolation.OpenRows.OrderItem;
import jakarta.persistence.LockModeType;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.hibernate.Hibernate;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks that go through Hibernate's mapping (R4), on H2, where Hibernate's filter and the composite keys alone stop them. What
 * gets past Hibernate is not stopped there: {@link LimitsTest} shows it. On PostgreSQL the attacks are those of {@code
 * dev.rehome.testkit}.
 */
@ParameterizedClass
@MethodSource(OpenScene.ON_H2)
class AttackOnH2Test {
    private final OpenScene scene;

    AttackOnH2Test(OpenScene scene) {
        this.scene = scene;
    }

    @AfterEach
    void victimIsUntouched() throws SQLException {
        scene.assertVictimUntouched();
    }

    @Test
    void findByIdFindsNothing() {
        assertNull(scene.attack(session -> session.find(Customer.class, scene.victims.customer())));
        assertNull(scene.attack(session -> session.find(Order.class, scene.victims.order())));
        assertEquals(
                Collections.singletonList(null),
                scene.attack(session -> session.findMultiple(Customer.class, List.of(scene.victims.customer()))));
    }

    @Test
    void findAndLockFindsNothing() {
        assertNull(scene.attack(
                session -> session.find(Customer.class, scene.victims.customer(), LockModeType.PESSIMISTIC_WRITE)));
        assertNull(scene.attack(session ->
                session.find(Customer.class, scene.victims.customer(), LockModeType.PESSIMISTIC_FORCE_INCREMENT)));
    }

    @Test
    void aReferenceCannotBeFollowed() {
        scene.refused(session -> Hibernate.initialize(session.getReference(Customer.class, scene.victims.customer())));
    }

    @Test
    void aReferenceCannotBeRefreshed() {
        scene.refused(session -> session.refresh(session.getReference(Customer.class, scene.victims.customer())));
    }

    @Test
    void aRowCannotPointAtTheVictimsRow() {
        assertThrows(
                ConstraintViolationException.class,
                () -> scene.attack(session -> {
                    session.persist(OpenRows.address(session.getReference(Customer.class, scene.victims.customer())));
                    session.flush();
                    return null;
                }));
        assertThrows(
                ConstraintViolationException.class,
                () -> scene.attack(session -> {
                    session.find(Order.class, scene.attackers.order()).address =
                            session.getReference(Address.class, scene.victims.address());
                    session.flush();
                    return null;
                }));
    }

    @Test
    void aDetachedRowCannotBeMerged() {
        Customer stolen = scene.stolen(Customer.class, scene.victims.customer());
        stolen.email = "stolen@example.com";
        scene.refused(session -> session.merge(stolen));
    }

    /** Refused where Hibernate's look-up finds the row, without effect where it does not. */
    @Test
    void aDetachedRowCannotBeRemoved() {
        OrderItem stolen = scene.stolen(OrderItem.class, scene.victims.item());
        scene.attempt(session -> session.remove(stolen));
    }

    @Test
    void aReferenceCannotBeRemoved() {
        scene.refused(session -> session.remove(session.getReference(OrderItem.class, scene.victims.item())));
    }

    @Test
    void aNewRowCannotBeMarkedAsTheVictims() {
        scene.refused(session -> {
            Customer forged = OpenRows.customer(UUID.randomUUID(), "forged@example.com");
            forged.storefrontId = scene.victim.value();
            session.persist(forged);
        });
    }

    @Test
    void anOwnRowCannotBeGivenToTheVictim() {
        scene.attack(session -> {
            session.find(Customer.class, scene.attackers.customer()).storefrontId = scene.victim.value();
            return null;
        });
    }

    @Test
    void queriesFindNothing() {
        assertEquals(
                List.of(scene.attackers.customer()),
                scene.attack(session -> session.createSelectionQuery("select id from Customer", UUID.class)
                        .getResultList()));
        assertEquals(
                List.of(),
                scene.attack(session -> session.createSelectionQuery("from Customer where id = :id", Customer.class)
                        .setParameter("id", scene.victims.customer())
                        .getResultList()));
        assertEquals(
                List.of(),
                scene.attack(session -> session.createSelectionQuery(
                                "from Customer where storefrontId = :victim", Customer.class)
                        .setParameter("victim", scene.victim.value())
                        .getResultList()));
        assertEquals(
                List.of(),
                scene.attack(session -> session.createSelectionQuery(
                                "select i from OrderItem i where i.order.customer.id = :id", OrderItem.class)
                        .setParameter("id", scene.victims.customer())
                        .getResultList()));
    }

    @Test
    void subqueriesFindNothing() {
        assertEquals(
                List.of(),
                scene.attack(session -> session.createSelectionQuery(
                                "from Customer c where exists (from Order o where o.id = :id)", Customer.class)
                        .setParameter("id", scene.victims.order())
                        .getResultList()));
    }

    @Test
    void criteriaFindNothing() {
        assertEquals(List.of(), scene.attack(session -> {
            var builder = session.getCriteriaBuilder();
            var query = builder.createQuery(Order.class);
            query.where(query.from(Order.class).get("id").equalTo(scene.victims.order()));
            return session.createSelectionQuery(query).getResultList();
        }));
    }

    @Test
    void bulkUpdatesAndDeletesStopAtTheAttackersRows() {
        assertEquals(
                1,
                scene.rowsChanged(
                        session -> session.createMutationQuery("update Customer set email = 'taken@example.com'")
                                .executeUpdate()));
        assertEquals(
                0,
                scene.rowsChanged(
                        session -> session.createMutationQuery("update Customer set email = null where id = :id")
                                .setParameter("id", scene.victims.customer())
                                .executeUpdate()));
        assertEquals(
                0,
                scene.rowsChanged(session -> session.createMutationQuery("delete OrderItem where id = :id")
                        .setParameter("id", scene.victims.item())
                        .executeUpdate()));
    }

    @Test
    void criteriaUpdatesAndDeletesStopAtTheAttackersRows() {
        assertEquals(0, scene.rowsChanged(session -> {
            var delete = session.getCriteriaBuilder().createCriteriaDelete(OrderItem.class);
            delete.where(delete.getRoot().get("id").equalTo(scene.victims.item()));
            return session.createMutationQuery(delete).executeUpdate();
        }));
        assertEquals(1, scene.rowsChanged(session -> {
            var update = session.getCriteriaBuilder().createCriteriaUpdate(Order.class);
            update.set("status", "CANCELED");
            return session.createMutationQuery(update).executeUpdate();
        }));
    }

    @Test
    void aRowWithTheVictimsIdIsAnotherRow() {
        scene.attack(session -> {
            Customer twin = OpenRows.customer(scene.victims.customer(), "twin@example.com");
            session.persist(twin);
            return twin;
        });
        scene.attack(session -> {
            Customer twin = session.find(Customer.class, scene.victims.customer());
            assertEquals(scene.attacker.value(), twin.storefrontId);
            twin.email = "changed@example.com";
            return twin;
        });
        scene.attack(session -> {
            session.remove(session.find(Customer.class, scene.victims.customer()));
            return null;
        });
        assertNull(scene.attack(session -> session.find(Customer.class, scene.victims.customer())));
    }

    @Test
    void statelessGetFindsNothing() {
        assertNull(scene.attackStateless(session -> session.get(Customer.class, scene.victims.customer())));
        assertEquals(
                Collections.singletonList(null),
                scene.attackStateless(
                        session -> session.getMultiple(Customer.class, List.of(scene.victims.customer()))));
    }

    @Test
    void statelessInsertCannotBeMarkedAsTheVictims() {
        scene.refusedStateless(session -> {
            Customer forged = OpenRows.customer(UUID.randomUUID(), "forged@example.com");
            forged.storefrontId = scene.victim.value();
            session.insert(forged);
        });
    }

    @Test
    void statelessUpdateIsRefused() {
        Customer stolen = scene.stolen(Customer.class, scene.victims.customer());
        stolen.email = "stolen@example.com";
        scene.refusedStateless(session -> session.update(stolen));
    }

    @Test
    void statelessUpdateOfAForgedRowIsRefused() {
        scene.refusedStateless(session -> {
            Customer forged = OpenRows.customer(scene.victims.customer(), "stolen@example.com");
            forged.storefrontId = scene.attacker.value();
            session.update(forged);
        });
    }

    @Test
    void statelessUpsertIsRefused() {
        Customer stolen = scene.stolen(Customer.class, scene.victims.customer());
        stolen.email = "stolen@example.com";
        scene.refusedStateless(session -> session.upsert(stolen));
    }

    @Test
    void statelessDeleteIsRefused() {
        OrderItem stolen = scene.stolen(OrderItem.class, scene.victims.item());
        scene.refusedStateless(session -> session.delete(stolen));
    }

    @Test
    void statelessRefreshIsRefused() {
        Customer stolen = scene.stolen(Customer.class, scene.victims.customer());
        scene.refusedStateless(session -> session.refresh(stolen));
    }

    /** The control: what is refused above works, but for whose row it is. */
    @Test
    void theSameCallsReachOnesOwnRow() {
        UUID id = UUID.randomUUID();
        Customer own = OpenRows.customer(id, "own@example.com");
        scene.attack(session -> {
            session.persist(own);
            return own;
        });
        own.email = "merged@example.com";
        Customer merged = scene.attack(session -> session.merge(own));
        assertEquals("merged@example.com", merged.email);
        merged.email = "updated@example.com";
        scene.attackStateless(session -> {
            session.update(merged);
            merged.email = "upserted@example.com";
            session.upsert(merged);
            session.refresh(merged);
            return merged;
        });
        assertEquals("upserted@example.com", merged.email);
        scene.attack(session -> {
            session.remove(merged);
            return merged;
        });
        assertNull(scene.attack(session -> session.find(Customer.class, id)));
    }
}
