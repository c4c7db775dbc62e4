package dev.rehome.move.crash;

import static java.util.stream.Collectors.joining;

import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * The clients of a tenant, at work until they are closed: each registers customers, changes and deletes its own, and keeps a
 * ledger of what it was told is stored. Beside that the tenant has rows in all tables that nobody changes.
 */
final class Clients implements AutoCloseable {
    private static final String OPENING = """
            insert into storefronts (storefront_id, id, external_id, name, currency)
                values (:tenant, gen_random_uuid(), 's', 'Shop', 'EUR');
            insert into customers (storefront_id, id, email, created_at)
                select :tenant::uuid, gen_random_uuid(), 'c' || i || '@example.com', now() from generate_series(1, 12) s(i);
            insert into customer_addresses (storefront_id, id, customer_id, city_local, created_at)
                select storefront_id, gen_random_uuid(), id, 'Zürich 苏黎世', now() from customers where storefront_id = :tenant;
            insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency, item_count, items_total, ordered_at)
                select storefront_id, gen_random_uuid(), 'o' || row_number() over (), customer_id, id, 'completed', 'EUR', 1, 9.90, now()
                  from customer_addresses where storefront_id = :tenant;
            insert into order_items (storefront_id, id, order_id, line_no, product_id, quantity, unit_price)
                select storefront_id, gen_random_uuid(), id, 1, 'p', 1, 9.90 from orders where storefront_id = :tenant;
            insert into shopping_carts (storefront_id, id, customer_id, derived_from_order_id, status, currency, created_at, updated_at)
                select storefront_id, gen_random_uuid(), customer_id, id, 'open', 'EUR', now(), now() from orders where storefront_id = :tenant;
            insert into cart_items (storefront_id, id, cart_id, line_no, product_id, quantity, unit_price)
                select storefront_id, gen_random_uuid(), id, 1, 'p', 1, 9.90 from shopping_carts where storefront_id = :tenant""";
    /** Of what clients change; everything else of the tenant's stands still. */
    private static final String MARK = "ledger";

    private static final List<String> STANDING = List.of(
            "storefronts t",
            "customers t where email not like '" + MARK + "%'",
            "customer_addresses t where city is distinct from '" + MARK + "'",
            "orders t",
            "order_items t",
            "shopping_carts t",
            "cart_items t");
    private static final int FEW = 15;
    private static final int MANY = 40;

    /** A connection that nothing binds. */
    @FunctionalInterface
    interface Looking {
        Connection at(Home home) throws SQLException;
    }

    private final Directory directory;
    private final Looking looking;
    private final TenantConnections connections;
    private final TenantId tenant;
    private final ReadWriteLock pause;
    private final Duration between;
    private final List<Map<UUID, String>> ledgers = new ArrayList<>();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    /** What a customer may be whose commit was not answered: as before, or as after. Null for not there. */
    private final Map<UUID, List<Optional<String>>> uncertain = new ConcurrentHashMap<>();

    private final AtomicLong acknowledged = new AtomicLong();
    private volatile boolean stopped;
    private String standing = "";

    /**
     * @param pause its read lock is held by each transaction: who holds the other one finds them at rest
     * @param between how long each client waits after a transaction
     */
    Clients(
            Directory directory,
            Looking looking,
            TenantConnections connections,
            TenantId tenant,
            int clients,
            Duration between,
            ReadWriteLock pause)
            throws SQLException {
        this.directory = directory;
        this.looking = looking;
        this.connections = connections;
        this.tenant = tenant;
        this.pause = pause;
        this.between = between;
        open();
        for (int i = 0; i < clients; i++) {
            Map<UUID, String> ledger = new HashMap<>();
            ledgers.add(ledger);
            Random random = new Random(tenant.hashCode() + i);
            running.add(
                    CompletableFuture.runAsync(() -> work(ledger, random), task -> new Thread(task, "client").start()));
        }
    }

    TenantId tenant() {
        return tenant;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    private void open() throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (Statement statement = connection.createStatement()) {
            for (String insert : OPENING.split(";", -1)) {
                statement.execute(insert.replace(":tenant", "'" + tenant + "'"));
            }
        }
        connection.commit();
        connections.release(connection);
        standStill();
    }

    /** Remembers what stands still as it is now. */
    void standStill() throws SQLException {
        standing = standing(directory.find(tenant).orElseThrow().home());
    }

    private void work(Map<UUID, String> ledger, Random random) {
        try {
            while (!stopped) {
                pause.readLock().lock();
                try {
                    transact(ledger, random);
                } catch (SQLException | RuntimeException e) {
                    failures.add(e);
                } finally {
                    pause.readLock().unlock();
                }
                Deadline.in(between).sleep(between);
            }
        } catch (InterruptedException e) {
            failures.add(e);
        }
    }

    /** What a client does with a customer, and its address. */
    private enum Deed {
        REGISTER,
        CHANGE,
        DELETE,
        /** Writes some of the rows that stand still as they are. */
        TOUCH
    }

    private static final List<Deed> DEEDS = List.of(Deed.values());

    private void transact(Map<UUID, String> ledger, Random random) throws SQLException {
        if (ledger.size() < FEW) {
            transact(ledger, Deed.REGISTER, UUID.randomUUID());
            return;
        }
        Deed deed = DEEDS.get(random.nextInt(DEEDS.size()));
        boolean full = deed == Deed.REGISTER && ledger.size() > MANY;
        transact(
                ledger,
                full ? Deed.DELETE : deed,
                deed == Deed.REGISTER && !full
                        ? UUID.randomUUID()
                        : ledger.keySet().iterator().next());
    }

    /** A customer goes, now. */
    void deleteOne() throws SQLException {
        pause.writeLock().lock();
        try {
            for (Map<UUID, String> ledger : ledgers) {
                if (!ledger.isEmpty()) {
                    transact(ledger, Deed.DELETE, ledger.keySet().iterator().next());
                    return;
                }
            }
        } finally {
            pause.writeLock().unlock();
        }
    }

    /** A customer comes, now. */
    void registerOne() throws SQLException {
        pause.writeLock().lock();
        try {
            transact(ledgers.get(0), Deed.REGISTER, UUID.randomUUID());
        } finally {
            pause.writeLock().unlock();
        }
    }

    /** The ledger is written when the commit has been acknowledged, and never otherwise. */
    private void transact(Map<UUID, String> ledger, Deed deed, UUID id) throws SQLException {
        String email = MARK + "-" + id + "-" + acknowledged.get() + "@example.com";
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try {
            for (String sql : statements(deed)) {
                execute(connection, sql, id, email);
            }
            Optional<String> before = Optional.ofNullable(ledger.get(id));
            Optional<String> after = switch (deed) {
                case REGISTER, CHANGE -> Optional.of(email);
                case DELETE -> Optional.empty();
                case TOUCH -> before;
            };
            try {
                connection.commit();
            } catch (SQLException e) {
                ledger.remove(id);
                uncertain.put(id, List.of(before, after));
                throw e;
            }
            acknowledged.incrementAndGet();
            after.ifPresentOrElse(now -> ledger.put(id, now), () -> ledger.remove(id));
        } catch (SQLException e) {
            MoverTransaction.rollback(connection, e);
            throw e;
        } finally {
            connections.release(connection);
        }
    }

    /** Bound to each: the tenant, the customer, and an e-mail address if there is a third parameter. */
    private static List<String> statements(Deed deed) {
        return switch (deed) {
            case REGISTER ->
                List.of(
                        "insert into customers (storefront_id, id, email, created_at) values (?, ?, ?, now())",
                        "insert into customer_addresses (storefront_id, customer_id, city, id, created_at) values (?, ?, '"
                                + MARK + "', gen_random_uuid(), now())");
            case CHANGE ->
                List.of(
                        "update customers c set email = v.email from (values (?::uuid, ?::uuid, ?)) v (tenant, id, email)"
                                + " where c.storefront_id = v.tenant and c.id = v.id");
            case DELETE ->
                List.of(
                        "delete from customer_addresses where storefront_id = ? and customer_id = ?",
                        "delete from customers where storefront_id = ? and id = ?");
            case TOUCH ->
                List.of(
                        "update orders set external_id = external_id where storefront_id = ? and mod(hashtext(?::text), 3) = mod(hashtext(id::text), 3)");
        };
    }

    private void execute(Connection connection, String sql, UUID id, String email) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, id);
            if (sql.chars().filter(c -> c == '?').count() > 2) {
                statement.setString(3, email);
            }
            if (statement.executeUpdate() < 1 && !sql.startsWith("update orders")) {
                throw new IllegalStateException("a row of the ledger was not there: " + sql);
            }
        }
    }

    /** What is wrong in the home that serves the tenant; nothing, if all is as the clients were told. Only while they rest. */
    List<String> audit(Home home) throws SQLException {
        List<String> problems = new ArrayList<>();
        Map<UUID, String> expected = new HashMap<>();
        ledgers.forEach(expected::putAll);
        Map<UUID, String> stored = new HashMap<>();
        Set<UUID> addressed = new HashSet<>();
        try (Connection connection = looking.at(home);
                PreparedStatement statement =
                        connection.prepareStatement("select c.id, c.email, a.customer_id from customers c"
                                + " left join customer_addresses a on a.storefront_id = c.storefront_id and a.customer_id = c.id and a.city = '"
                                + MARK + "' where c.storefront_id = ? and c.email like '" + MARK + "%'")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    stored.put(row.getObject(1, UUID.class), row.getString(2));
                    addressed.add(row.getObject(3, UUID.class));
                }
            }
        }
        uncertain.forEach((id, possible) -> {
            if (!possible.contains(Optional.ofNullable(stored.get(id)))) {
                problems.add("R2: " + tenant + " in " + home + ": a customer is neither as before a commit that was not"
                        + " answered nor as after it");
            }
            stored.remove(id);
            addressed.remove(id);
        });
        if (!stored.equals(expected)) {
            long lost = expected.keySet().stream()
                    .filter(id -> !stored.containsKey(id))
                    .count();
            long risen = stored.keySet().stream()
                    .filter(id -> !expected.containsKey(id))
                    .count();
            problems.add("R2: " + tenant + " in " + home + ": " + lost + " customers lost, " + risen + " risen, of "
                    + expected.size() + "; others may be old");
        }
        if (!addressed.equals(expected.keySet())) {
            problems.add("R2: " + tenant + " in " + home + ": the customers' addresses are not those of the ledger");
        }
        String now = standing(home);
        if (!now.equals(standing)) {
            problems.add("R2, R4: " + tenant + " in " + home + ": rows that nobody changes were " + standing
                    + " and are " + now);
        }
        problems.addAll(failures());
        return problems;
    }

    /** R3: what clients were told has failed since this was last asked. */
    List<String> failures() {
        List<String> problems = new ArrayList<>();
        for (Throwable failure = failures.poll(); failure != null; failure = failures.poll()) {
            problems.add("R3: a client of " + tenant + " failed: " + Traces.of(failure));
        }
        return problems;
    }

    /** How many rows, and a fingerprint of them as text, of what stands still. */
    private String standing(Home home) throws SQLException {
        String sql = STANDING.stream()
                .map(from ->
                        "select count(*) || ':' || md5(coalesce(string_agg(t::text, '|' order by t::text collate \"C\"), '')) as print from "
                                + from + (from.contains("where") ? " and" : " where") + " storefront_id = "
                                + SqlNames.literal(tenant.toString()))
                .collect(joining(" union all ", "select string_agg(print, ' ') from (", ") p"));
        try (Connection connection = looking.at(home);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() {
        stopped = true;
        CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
