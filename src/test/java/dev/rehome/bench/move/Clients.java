package dev.rehome.bench.move;

import dev.rehome.connection.TenantConnections;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Uninterrupted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Threads that order, each as fast as it can or with a pause after each order, until they are closed. */
final class Clients implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean open = true;

    private Clients() {}

    /** @param pause on average, after each transaction */
    static Clients start(
            TenantConnections connections, List<TenantId> tenants, int threads, Duration pause, Latencies latencies)
            throws SQLException {
        Clients clients = new Clients();
        for (int i = 0; i < threads; i++) {
            OrderWriter writer = new OrderWriter(connections, latencies);
            for (TenantId tenant : tenants) {
                writer.meet(tenant);
            }
            clients.threads.add(new Thread(() -> clients.work(writer, tenants, pause), "client"));
        }
        clients.threads.forEach(Thread::start);
        return clients;
    }

    private void work(OrderWriter writer, List<TenantId> tenants, Duration pause) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (open) {
            writer.order(tenants.get(random.nextInt(tenants.size())));
            if (!pause.isZero()) {
                LockSupport.parkNanos((long) (pause.toNanos() * 2 * random.nextDouble()));
            }
        }
    }

    /** Whether nobody has stopped. */
    boolean atWork() {
        return threads.stream().allMatch(Thread::isAlive);
    }

    /** Lets everybody finish. */
    @Override
    public void close() {
        open = false;
        Uninterrupted.join(threads);
    }
}
