package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.Admission;
import dev.rehome.fence.Fence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Eight clients at all isolation levels, while their tenant changes its home again and again. Each client owns one row and
 * replaces it in every transaction, so that it knows exactly what it must find: a missing row is a stale read, a row in
 * another home is a stray one. The only failure that a client retries is 40001 of SERIALIZABLE, which it has to without
 * moves too. {@code -Drelocations=200} makes more of them.
 */
@SuppressWarnings("NullAway.Init") // each test opens the fleet that it needs
class RelocationStressTest {
    private static final int CLIENTS = 8;
    private static final int RELOCATIONS = Integer.getInteger("relocations", 24);
    /** Transactions between two relocations: more than one for each client, so that all come to the new home. */
    private static final int TRANSACTIONS_BETWEEN = 5 * CLIENTS;

    private static final List<Isolation> ISOLATIONS = List.of(Isolation.values());
    private static final List<Tier> ROUTE = List.of(Tier.SCHEMA, Tier.DATABASE, Tier.SHARED);

    private TestFleet fleet;
    private TenantId tenant;

    private void open(TestFleet opened) throws SQLException {
        fleet = opened;
        tenant = fleet.createTenant(Tier.SHARED);
        for (Tier tier : ROUTE) {
            fleet.homes().create(fleet.home(tier, tenant));
        }
    }

    @AfterEach
    void close() throws SQLException {
        if (fleet != null) { // null if the test was skipped
            fleet.close();
        }
    }

    @ParameterizedTest(name = "pooled: {0}")
    @ValueSource(booleans = {false, true})
    void clientsNeitherFailNorReadNorWriteInAHomeThatTheTenantHasLeft(boolean pooled) throws Exception {
        open(pooled ? TestFleet.behindPgBouncer() : TestFleet.onPostgres());
        Crowd crowd = run(fleet.fence(), RELOCATIONS);
        assertEquals(List.of(), List.copyOf(crowd.failures));
        assertEquals(0, crowd.staleReads.get());
        assertEquals(crowd.rows(), storedIn(ROUTE.get((RELOCATIONS - 1) % ROUTE.size())));
        assertEquals(crowd.rows(), storedAnywhere());
    }

    /** The control: the same clients, the same checks, one relocation, and a fence that does not look at the epoch. */
    @Test
    void withoutTheCheckOfTheEpochTheSameRunSeesStaleReadsAndStrayRows() throws Exception {
        open(TestFleet.onPostgres());
        Crowd crowd = run(new BlindFence(), 1);
        assertEquals(List.of(), List.copyOf(crowd.failures));
        assertTrue(crowd.staleReads.get() > 0, "no stale read was seen");
        Set<UUID> stray = storedIn(Tier.SHARED);
        assertTrue(!stray.isEmpty(), "no stray row was seen");
        try (Connection administrator = fleet.administrator(fleet.sharedHome());
                Statement statement = administrator.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute("delete from customers");
        }
    }

    private Crowd run(Fence fence, int relocations) throws Exception {
        try (DataLayer layer = DataLayer.builder(fleet.servers(), fleet.directory(), fence)
                .entities(OpenRows.ENTITIES)
                .build()) {
            Crowd crowd = new Crowd(layer.sessionFactory());
            crowd.start();
            try {
                crowd.awaitTransactions();
                for (int i = 0; i < relocations; i++) {
                    Home target = fleet.home(ROUTE.get(i % ROUTE.size()), tenant);
                    try (Relocation relocation = Relocation.begin(fleet, tenant, target)) {
                        relocation.commit();
                    }
                    crowd.awaitTransactions();
                }
            } finally {
                crowd.stop();
            }
            return crowd;
        }
    }

    private Set<UUID> storedAnywhere() throws SQLException {
        Set<UUID> stored = new TreeSet<>();
        for (Tier tier : ROUTE) {
            stored.addAll(storedIn(tier));
        }
        return stored;
    }

    private Set<UUID> storedIn(Tier tier) throws SQLException {
        Set<UUID> stored = new TreeSet<>();
        try (Connection administrator = fleet.administrator(fleet.home(tier, tenant));
                Statement statement = administrator.createStatement();
                ResultSet row = statement.executeQuery("select id from customers")) {
            while (row.next()) {
                stored.add(row.getObject(1, UUID.class));
            }
        }
        return stored;
    }

    /** The clients, each in a thread of its own. */
    private final class Crowd {
        private final SessionFactory sessions;
        private final AtomicInteger staleReads = new AtomicInteger();
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final Semaphore transactions = new Semaphore(0);
        private final List<UUID> owned = new ArrayList<>();
        private final List<CompletableFuture<UUID>> clients = new ArrayList<>();
        private volatile boolean stopped;

        Crowd(SessionFactory sessions) {
            this.sessions = sessions;
        }

        void start() {
            for (int i = 0; i < CLIENTS; i++) {
                UUID first = UUID.randomUUID();
                TransactionMode mode = new TransactionMode(ISOLATIONS.get(i % ISOLATIONS.size()), false);
                TenantContext.run(
                        tenant,
                        () -> sessions.inTransaction(session -> session.persist(OpenRows.customer(first, null))));
                clients.add(CompletableFuture.supplyAsync(
                        () -> work(first, mode), task -> new Thread(task, "client " + mode.isolation()).start()));
            }
        }

        /** Until enough transactions have ended that were not under way when this was called. */
        void awaitTransactions() throws InterruptedException {
            transactions.drainPermits();
            assertTrue(
                    transactions.tryAcquire(TRANSACTIONS_BETWEEN, 60, TimeUnit.SECONDS),
                    () -> "the clients stand still: " + failures);
        }

        void stop() throws Exception {
            stopped = true;
            for (CompletableFuture<UUID> client : clients) {
                owned.add(client.get(60, TimeUnit.SECONDS));
            }
        }

        Set<UUID> rows() {
            return owned.stream().collect(Collectors.toCollection(TreeSet::new));
        }

        private UUID work(UUID first, TransactionMode mode) {
            UUID row = first;
            while (!stopped) {
                UUID next = UUID.randomUUID();
                UUID expected = row;
                try {
                    boolean found =
                            TransactionMode.call(mode, () -> TenantContext.call(tenant, () -> replace(expected, next)));
                    row = next;
                    if (!found) {
                        staleReads.incrementAndGet();
                    }
                } catch (Exception e) {
                    boolean unlucky = mode.isolation() == Isolation.SERIALIZABLE
                            && SqlStates.of(e).equals("40001");
                    if (!unlucky) {
                        failures.add(e);
                    }
                }
                transactions.release();
            }
            return row;
        }

        private boolean replace(UUID row, UUID next) {
            return sessions.fromTransaction(session -> {
                Customer own = session.find(Customer.class, row);
                if (own != null) {
                    session.remove(own);
                }
                session.persist(OpenRows.customer(next, null));
                return own != null;
            });
        }
    }

    /** Takes the lock and sets what {@code enter} sets, but believes whatever placement it is given. */
    private static final class BlindFence implements Fence {
        private static final String ENTER_BLINDLY = "select pg_advisory_xact_lock_shared(rehome.lock_key(?)),"
                + " set_config('rehome.tenant', ?, true), set_config('rehome.capture', 'off', true),"
                + " set_config('role', ?, true)";

        @Override
        public Admission enter(Connection connection, Placement placement, TransactionMode mode) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(ENTER_BLINDLY)) {
                statement.setObject(1, placement.tenant().value());
                statement.setString(2, placement.tenant().toString());
                statement.setString(
                        3,
                        placement.home().tier() == Tier.SCHEMA
                                ? placement.home().schema()
                                : "none");
                statement.execute();
            }
            return new Admission.Admitted(() -> {});
        }
    }
}
