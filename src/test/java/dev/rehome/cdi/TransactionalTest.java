package dev.rehome.cdi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.tenant.NoTenantException;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantMismatchException;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.TransactionalException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransactionalTest {
    private H2Sessions database;
    private SeContainer container;
    private Desk desk;
    private final TenantId other = new TenantId(UUID.randomUUID());
    /** A new one for each test, so that the tests do not see each other's rows. */
    private TenantId tenant = new TenantId(UUID.randomUUID());

    @BeforeAll
    void start() throws Exception {
        database = new H2Sessions(List.of(Note.class), connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(Note.TABLE);
            }
        });
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(Desk.class, Pad.class, NoteRepository_.class)
                .addExtensions(new RehomeExtension(database.sessionFactory()))
                .initialize();
        desk = container.select(Desk.class).get();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        assertEquals(0, database.connectionsOut());
        assertThrows(
                NoUnitOfWorkException.class, () -> inTenant(() -> desk.session().isOpen()));
        tenant = new TenantId(UUID.randomUUID());
    }

    @AfterAll
    void stop() {
        container.close();
        database.close();
    }

    @Test
    void aUnitThatReturnsIsStored() throws Exception {
        inTenant(() -> desk.required(() -> store("a")));
        assertEquals(List.of("a"), stored());
    }

    @Test
    void uncheckedFailureRollsBackAndArrivesAsItIs() {
        IllegalStateException failure = new IllegalStateException();
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> inTenant(() -> desk.required(() -> {
                            store("a");
                            desk.session().flush();
                            throw failure;
                        }))));
        assertEquals(List.of(), stored());
    }

    @Test
    void errorRollsBack() {
        assertThrows(
                AssertionError.class,
                () -> inTenant(() -> desk.required(() -> {
                    store("a");
                    throw new AssertionError();
                })));
        assertEquals(List.of(), stored());
    }

    @Test
    void checkedFailureCommits() {
        assertThrows(
                IOException.class,
                () -> inTenant(() -> desk.required(() -> {
                    store("a");
                    throw new IOException();
                })));
        assertEquals(List.of("a"), stored());
    }

    @Test
    void checkedFailureWhoseCommitFailsIsSuppressedByTheCommitsFailure() throws Exception {
        inTenant(() -> desk.required(() -> store("a")));
        var failure = assertThrows(
                ConstraintViolationException.class,
                () -> inTenant(() -> desk.required(() -> {
                    store("a");
                    throw new IOException("all went well, but");
                })));
        assertTrue(Arrays.stream(failure.getSuppressed()).anyMatch(IOException.class::isInstance));
    }

    @Test
    void rollbackOnAndDontRollbackOnAreObeyedAndTheLatterWins() {
        assertThrows(
                IOException.class,
                () -> inTenant(() -> desk.withRules(() -> {
                    store("rolled back");
                    throw new IOException();
                })));
        assertThrows(
                FileNotFoundException.class,
                () -> inTenant(() -> desk.withRules(() -> {
                    store("stored");
                    throw new FileNotFoundException();
                })));
        assertThrows(
                IllegalArgumentException.class,
                () -> inTenant(() -> desk.withRules(() -> {
                    store("stored too");
                    throw new IllegalArgumentException();
                })));
        assertEquals(List.of("stored", "stored too"), stored());
    }

    @Test
    void violatedConstraintArrivesAsItIsThoughItIsFoundAtTheEnd() throws Exception {
        inTenant(() -> desk.required(() -> store("a")));
        assertThrows(ConstraintViolationException.class, () -> inTenant(() -> desk.required(() -> store("a"))));
        assertEquals(List.of("a"), stored());
    }

    @Test
    void failureOfRollBackIsSuppressedByTheOriginal() {
        IllegalStateException failure = new IllegalStateException();
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> inTenant(() -> desk.required(() -> {
                            store("a");
                            desk.session().flush();
                            desk.session().doWork(Connection::close);
                            throw failure;
                        }))));
        assertEquals(1, failure.getSuppressed().length);
        assertEquals(List.of(), stored());
    }

    @Test
    void nestedCallsJoin() throws Exception {
        inTenant(() -> desk.required(() -> {
            UUID outer = running();
            desk.required(() -> same(outer, running()));
            desk.mandatory(() -> same(outer, running()));
            return desk.supports(() -> same(outer, running()));
        }));
    }

    @Test
    void innerFailureThatWasSwallowedRefusesTheCommit() {
        IllegalStateException failure = new IllegalStateException();
        var refused = assertThrows(
                UnitRolledBackException.class,
                () -> inTenant(() -> desk.required(() -> {
                    store("a");
                    return assertThrows(
                            IllegalStateException.class,
                            () -> desk.required(() -> {
                                throw failure;
                            }));
                })));
        assertSame(failure, refused.getCause());
        assertEquals(List.of(), stored());
    }

    @Test
    void innerCheckedFailureMayBeSwallowed() throws Exception {
        inTenant(() -> desk.required(() -> {
            store("a");
            return assertThrows(
                    IOException.class,
                    () -> desk.required(() -> {
                        throw new IOException();
                    }));
        }));
        assertEquals(List.of("a"), stored());
    }

    @Test
    void unitThatHibernateMarkedRefusesTheCommit() {
        assertThrows(
                UnitRolledBackException.class,
                () -> inTenant(() -> desk.required(() -> {
                    store("a");
                    desk.session().getTransaction().setRollbackOnly();
                    return null;
                })));
        assertEquals(List.of(), stored());
    }

    @Test
    void requiresNewSuspendsTheRunningUnitAndIsStoredByItself() {
        assertThrows(
                IllegalStateException.class,
                () -> inTenant(() -> desk.required(() -> {
                    UUID outer = running();
                    store("outer");
                    desk.requiresNew(() -> {
                        assertNotEquals(outer, running());
                        return store("inner");
                    });
                    same(outer, running());
                    throw new IllegalStateException();
                })));
        assertEquals(List.of("inner"), stored());
    }

    @Test
    void failureInARequiresNewLeavesTheOuterUnitWell() throws Exception {
        inTenant(() -> desk.required(() -> {
            store("outer");
            return assertThrows(
                    IllegalStateException.class,
                    () -> desk.requiresNew(() -> {
                        store("inner");
                        throw new IllegalStateException();
                    }));
        }));
        assertEquals(List.of("outer"), stored());
    }

    @Test
    void notSupportedSuspendsTheRunningUnit() throws Exception {
        inTenant(() -> desk.required(() -> {
            UUID outer = running();
            desk.notSupported(() -> assertThrows(NoUnitOfWorkException.class, this::running));
            return same(outer, running());
        }));
    }

    @Test
    void supportsWithoutAUnitRunsWithoutOne() throws Exception {
        inTenant(() -> desk.supports(() -> assertThrows(NoUnitOfWorkException.class, this::running)));
    }

    @Test
    void mandatoryWithoutAUnitIsRefused() {
        var refused =
                assertThrows(TransactionalException.class, () -> inTenant(() -> desk.mandatory(() -> store("a"))));
        assertInstanceOf(TransactionRequiredException.class, refused.getCause());
        assertEquals(List.of(), stored());
    }

    @Test
    void neverInsideAUnitIsRefused() throws Exception {
        var refused = assertThrows(
                TransactionalException.class, () -> inTenant(() -> desk.required(() -> desk.never(() -> 1))));
        assertInstanceOf(InvalidTransactionException.class, refused.getCause());
        assertEquals(1, inTenant(() -> desk.never(() -> 1)));
    }

    @Test
    void withoutATenantThereIsNoUnit() {
        assertThrows(NoTenantException.class, () -> desk.required(() -> store("a")));
    }

    @Test
    void anotherTenantInsideARunningUnitIsRefused() {
        assertThrows(
                TenantMismatchException.class,
                () -> inTenant(() -> desk.required(() -> TenantContext.call(other, () -> desk.required(() -> 1)))));
        assertThrows(
                TenantMismatchException.class,
                () -> inTenant(() -> desk.required(() -> TenantContext.call(other, () -> desk.requiresNew(() -> 1)))));
        assertThrows(
                TenantMismatchException.class,
                () -> inTenant(() -> desk.required(() -> TenantContext.call(other, () -> store("a")))));
        assertEquals(List.of(), stored());
    }

    @Test
    void tenantsDoNotSeeEachOthersRows() throws Exception {
        inTenant(() -> desk.required(() -> store("a")));
        assertEquals(
                List.of(),
                TenantContext.call(
                        other, () -> desk.required(() -> desk.repository().like("%"))));
        assertTrue(TenantContext.call(
                        other, () -> desk.required(() -> desk.repository().find("a")))
                .isEmpty());
    }

    @Test
    void aUnitWithoutStatementsTakesNoConnection() throws Exception {
        assertEquals(0, inTenant(() -> desk.required(database::connectionsOut)));
    }

    @Test
    void sessionEntityManagerAndStatelessSessionShareOneTransaction() throws Exception {
        inTenant(() -> desk.required(() -> {
            desk.entityManager().persist(new Note("a"));
            desk.session().flush();
            desk.statelessSession().insert(new Note("b"));
            assertEquals(
                    2,
                    desk.session().createSelectionQuery("from Note", Note.class).getResultCount());
            assertEquals(1, database.connectionsOut());
            return desk.statelessSession()
                    .createMutationQuery("delete Note where id = 'a'")
                    .executeUpdate();
        }));
        assertEquals(List.of("b"), stored());
        assertThrows(
                IllegalStateException.class,
                () -> inTenant(() -> desk.required(() -> {
                    desk.statelessSession().insert(new Note("c"));
                    throw new IllegalStateException();
                })));
        assertEquals(List.of("b"), stored());
    }

    @Test
    void jakartaDataRepositoryWorksInTheRunningUnit() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> inTenant(() -> desk.required(() -> {
                    desk.repository().insert(new Note("a"));
                    assertEquals(1, database.connectionsOut());
                    throw new IllegalStateException();
                })));
        inTenant(() -> desk.required(() -> {
            desk.repository().insert(new Note("b"));
            return null;
        }));
        assertEquals(List.of("b"), stored());
        assertThrows(
                NoUnitOfWorkException.class,
                () -> inTenant(() -> desk.repository().find("b")));
    }

    @Test
    void transactionScopedBeanLivesAsLongAsItsUnit() throws Exception {
        int before = Pad.DESTROYED.get();
        inTenant(() -> desk.required(() -> {
            assertEquals(1, desk.pad().mark());
            desk.requiresNew(() -> same(1, desk.pad().mark()));
            assertEquals(before + 1, Pad.DESTROYED.get());
            return same(2, desk.pad().mark());
        }));
        assertEquals(before + 2, Pad.DESTROYED.get());
    }

    private <T extends @Nullable Object> T inTenant(Callable<T> work) throws Exception {
        return TenantContext.call(tenant, work);
    }

    private String store(String id) {
        desk.entityManager().persist(new Note(id));
        return id;
    }

    /** Which session runs. Not the session itself: the proxy returns itself in its place. */
    private UUID running() {
        return desk.session().unwrap(SharedSessionContractImplementor.class).getSessionIdentifier();
    }

    private static <T> T same(T expected, T actual) {
        assertEquals(expected, actual);
        return actual;
    }

    /** Read past Hibernate, on a connection of its own. */
    private List<String> stored() {
        try (var connection = database.dataSource().getConnection();
                var statement =
                        connection.prepareStatement("select id from notes where storefront_id = ? order by id")) {
            statement.setObject(1, tenant.value());
            var ids = new ArrayList<String>();
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getString(1));
                }
            }
            return ids;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
