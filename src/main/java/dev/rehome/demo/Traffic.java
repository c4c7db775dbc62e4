package dev.rehome.demo;

import dev.rehome.tenant.TenantId;
import dev.rehome.time.Uninterrupted;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The customers of the storefront that is moved, and those of its neighbours, at work until closed. */
final class Traffic implements AutoCloseable {
    private final TransactionLog moved = new TransactionLog();
    private final TransactionLog neighbours = new TransactionLog();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean open = true;

    private Traffic() {}

    /** Starts as many threads for the tenant as for all neighbours together. */
    static Traffic start(
            Shopper.Services services, TenantId tenant, List<TenantId> others, int writers, long seed, Ledger ledger) {
        Traffic traffic = new Traffic();
        List<Shopper> shoppers = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            shoppers.add(traffic.shopper(services, List.of(tenant), i, writers, seed, "moved", traffic.moved, ledger));
            if (!others.isEmpty()) {
                shoppers.add(
                        traffic.shopper(services, others, i, writers, seed, "neighbour", traffic.neighbours, ledger));
            }
        }
        shoppers.forEach(shopper -> traffic.threads.add(new Thread(shopper, "shopper")));
        traffic.threads.forEach(Thread::start);
        return traffic;
    }

    private Shopper shopper(
            Shopper.Services services,
            List<TenantId> tenants,
            int part,
            int parts,
            long seed,
            String kind,
            TransactionLog log,
            Ledger ledger) {
        String name = kind + "-" + part;
        return new Shopper(
                services, tenants, part, parts, new Random(seed * 31 + name.hashCode()), name, log, ledger, () -> open);
    }

    TransactionLog moved() {
        return moved;
    }

    TransactionLog neighbours() {
        return neighbours;
    }

    /** Lets every customer finish what it is doing. */
    @Override
    public void close() {
        open = false;
        Uninterrupted.join(threads);
    }
}
