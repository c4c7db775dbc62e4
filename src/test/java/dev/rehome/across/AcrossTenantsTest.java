package dev.rehome.across;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcrossTenantsTest {
    private TestFleet fleet;
    private final List<TenantId> tenants = new ArrayList<>();
    private AcrossTenants door;

    @BeforeEach
    void create() throws SQLException {
        fleet = TestFleet.onPostgres();
        for (Tier tier : Tier.values()) {
            tenants.add(fleet.createTenant(tier));
            tenants.add(fleet.createTenant(tier));
        }
        // The audit as an application writes it: with the right to insert, and no other.
        door = new AcrossTenants(fleet.directory(), new AuditLog(as(DatabaseRole.APP)), 2);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private ConnectionSource as(DatabaseRole role) {
        return () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, role, "test");
    }

    private static <T> Map<TenantId, TenantResult<T>> all(TenantResults<T> results) throws InterruptedException {
        Map<TenantId, TenantResult<T>> all = new HashMap<>();
        for (var next = results.next(); next.isPresent(); next = results.next()) {
            all.put(next.get().tenant(), next.get());
        }
        return all;
    }

    private static <T> T onlyValue(TenantResults<T> results) throws InterruptedException {
        if (results.next().orElseThrow() instanceof TenantResult.Done<T> done) {
            assertEquals(Optional.empty(), results.next());
            return done.value();
        }
        throw new AssertionError("the work has failed");
    }

    private long audited(String condition) throws SQLException {
        return fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.audit where " + condition);
    }

    @Test
    void eachTenantIsAUnitOfItsOwnOnTheRequestPath() throws Exception {
        DataLayer layer = fleet.dataLayer(List.of());

        Map<TenantId, TenantResult<String>> found;
        try (TenantResults<String> results = door.acrossTenants(
                "ann",
                "a report",
                TenantSelection.all(),
                tenant -> layer.sessionFactory()
                        .fromTransaction(session -> session.createNativeQuery(
                                        "select current_setting('rehome.tenant') || ' ' || txid_current()",
                                        String.class)
                                .getSingleResult()))) {
            found = all(results);
            assertEquals(6, results.done());
        }

        Set<String> units = new HashSet<>();
        for (TenantId tenant : tenants) {
            String said = new HashMap<>(found).get(tenant) instanceof TenantResult.Done<String> done
                    ? done.value()
                    : "nothing";
            assertTrue(said.startsWith(tenant + " "), said);
            units.add(said);
        }
        assertEquals(6, units.size());
        assertEquals(
                1, audited("event = 'BEGUN' and by_whom = 'ann' and reason = 'a report' and scope = 'all tenants'"));
        assertEquals(1, audited("event = 'ENDED' and outcome = 'COMPLETE' and done = 6 and failed = 0"));
    }

    @ParameterizedTest
    @EnumSource
    void aSelectionTakesATierOrNamedTenants(Tier tier) throws Exception {
        int first = List.of(Tier.values()).indexOf(tier) * 2;
        List<TenantId> two = tenants.subList(first, first + 2);

        try (TenantResults<TenantId> results =
                door.acrossTenants("ann", "why", TenantSelection.in(tier), tenant -> tenant)) {
            assertEquals(Set.copyOf(two), all(results).keySet());
        }
        try (TenantResults<TenantId> results =
                door.acrossTenants("ann", "why", TenantSelection.of(two.subList(0, 1)), tenant -> tenant)) {
            assertEquals(Set.of(two.get(0)), all(results).keySet());
        }
    }

    @Test
    void aTenantsFailureIsReportedAsItsAndHidesNoOther() throws Exception {
        TenantId ill = tenants.get(3);

        Map<TenantId, TenantResult<String>> found;
        try (TenantResults<String> results = door.acrossTenants("ann", "why", TenantSelection.all(), tenant -> {
            if (tenant.equals(ill)) {
                throw new LinkageError("ill");
            }
            return "well";
        })) {
            found = all(results);
        }

        assertEquals(6, found.size());
        TenantResult.Failed<?> failed = assertInstanceOf(TenantResult.Failed.class, found.remove(ill));
        assertEquals("ill", failed.failure().getMessage());
        found.values().forEach(other -> assertInstanceOf(TenantResult.Done.class, other));
        assertEquals(1, audited("outcome = 'COMPLETE' and done = 5 and failed = 1"));
    }

    @Test
    void theAuditIsWrittenBeforeTheFirstTenantIsWorkedForOrNothingIsDone() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        try (TenantResults<Long> results = door.acrossTenants(
                "ann", "why", TenantSelection.of(tenants.subList(0, 1)), tenant -> audited("event = 'BEGUN'"))) {
            assertEquals(1L, onlyValue(results));
        }
        AcrossTenants unaudited = new AcrossTenants(
                fleet.directory(),
                new AuditLog(() -> {
                    throw new SQLException("away", "08001");
                }),
                2);

        RehomeException refused = assertThrows(
                RehomeException.class,
                () -> unaudited.acrossTenants("ann", "why", TenantSelection.all(), tenant -> begun.incrementAndGet()));

        assertEquals(ErrorKind.EXTERNAL, refused.kind());
        assertEquals(0, begun.get());
    }

    @Test
    void theDoorIsClosedInsideTheWorkForATenantAndWithoutAReason() throws Exception {
        for (String reason : List.of("", "  ", "x".repeat(2001))) {
            assertEquals(ErrorKind.USER, refusal(reason).kind());
        }
        RehomeException inside = TenantContext.call(tenants.get(0), () -> refusal("why"));

        assertEquals(ErrorKind.USER, inside.kind());
        assertTrue(inside.getMessage().contains(tenants.get(0).toString()), inside.getMessage());
        assertEquals(0, audited("true"));
        // Nor is it open inside its own work.
        try (TenantResults<ErrorKind> results = door.acrossTenants(
                "ann",
                "why",
                TenantSelection.of(tenants.subList(0, 1)),
                tenant -> refusal("why").kind())) {
            assertEquals(ErrorKind.USER, onlyValue(results));
        }
    }

    private RehomeException refusal(String reason) {
        return assertThrows(
                RehomeException.class,
                () -> door.acrossTenants("ann", reason, TenantSelection.all(), tenant -> tenant));
    }

    @Test
    void noMoreThanSoManyAreWorkedForAtOnceAndASlowReaderHoldsTheWorkUp() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore ended = new Semaphore(0);
        try (TenantResults<TenantId> results = door.acrossTenants("ann", "why", TenantSelection.all(), tenant -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            atOnce.decrementAndGet();
            ended.release();
            return tenant;
        })) {
            // Nobody reads: two results wait in the queue, and a third and a fourth in the hands of their threads.
            assertTrue(ended.tryAcquire(4, 30, TimeUnit.SECONDS));
            assertEquals(0, ended.availablePermits());
            assertEquals(6, all(results).size());
        }
        assertTrue(most.get() <= 2, () -> most + " at once");
    }

    @Test
    void closingItStopsTheRunAndTheAuditSaysSo() throws Exception {
        CountDownLatch atWork = new CountDownLatch(2);
        AtomicInteger worked = new AtomicInteger();
        TenantResults<TenantId> results = door.acrossTenants("ann", "why", TenantSelection.all(), tenant -> {
            worked.incrementAndGet();
            atWork.countDown();
            new CountDownLatch(1).await(); // until it is stopped
            return tenant;
        });
        atWork.await();
        CompletableFuture<Optional<TenantResult<TenantId>>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return results.next();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        results.close();

        assertEquals(Optional.empty(), waiting.get(30, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), results.next());
        assertEquals(2, worked.get());
        assertEquals(1, audited("outcome = 'STOPPED' and done = 0 and failed = 0"));
        results.close();
        assertEquals(2, audited("true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"update audit set reason = 'x'", "delete from audit", "truncate audit"})
    void theAuditCannotBeChangedByAnybodyWhoWorksHereNorByItsOwner(String change) throws SQLException {
        try (TenantResults<TenantId> results =
                door.acrossTenants("ann", "why", TenantSelection.in(Tier.SHARED), tenant -> tenant)) {
            assertEquals(0, results.failed());
        }
        for (DatabaseRole role : DatabaseRole.values()) {
            try (Connection connection = as(role).open();
                    Statement statement = connection.createStatement()) {
                SQLException refused = assertThrows(SQLException.class, () -> statement.execute(change));
                assertEquals(role == DatabaseRole.OWNER ? "RH005" : "42501", refused.getSQLState());
            }
        }
        try (Connection connection = as(DatabaseRole.APP).open();
                Statement statement = connection.createStatement()) {
            assertThrows(SQLException.class, () -> statement.execute("select * from audit"));
        }
    }
}
