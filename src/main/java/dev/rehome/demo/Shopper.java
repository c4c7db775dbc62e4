package dev.rehome.demo;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.storefront.CartService;
import dev.rehome.storefront.Customer;
import dev.rehome.storefront.CustomerAddress;
import dev.rehome.storefront.CustomerService;
import dev.rehome.storefront.Order;
import dev.rehome.storefront.OrderService;
import dev.rehome.storefront.Place;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread's worth of customers: registers, browses, fills carts, checks out and cancels, through the same services as any
 * application. Each call of a service is a transaction. Knows nothing of homes.
 */
final class Shopper implements Runnable {
    private static final int CUSTOMERS_OF_A_STOREFRONT = 500;
    private static final int PRODUCTS = 4_000;

    private final Services services;
    private final List<TenantId> tenants;
    private final Random random;
    private final String name;
    private final TransactionLog log;
    private final Ledger ledger;
    private final BooleanSupplier open;
    private final List<List<Buyer>> buyers = new ArrayList<>();
    private int orders;

    /** What the container gives. */
    record Services(CustomerService customers, CartService carts, OrderService orders) {}

    private record Buyer(UUID customer, UUID address) {}

    /** Our own bug, or a conflict that this traffic cannot have: the transaction counts as failed. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param tenants where it shops, at random; this thread is the only one to serve the customers that it picks
     * @param part of the customers it takes every {@code parts}-th, beginning with this
     */
    Shopper(
            Services services,
            List<TenantId> tenants,
            int part,
            int parts,
            Random random,
            String name,
            TransactionLog log,
            Ledger ledger,
            BooleanSupplier open) {
        this.services = services;
        this.tenants = tenants;
        this.random = random;
        this.name = name;
        this.log = log;
        this.ledger = ledger;
        this.open = open;
        tenants.forEach(tenant -> buyers.add(meet(tenant, part, parts)));
    }

    @Override
    public void run() {
        while (open.getAsBoolean()) {
            int shop = random.nextInt(tenants.size());
            try {
                visit(tenants.get(shop), buyers.get(shop));
            } catch (Failed counted) {
                // The log has it; the customer goes on.
            }
        }
    }

    private void visit(TenantId tenant, List<Buyer> known) throws Failed {
        int dice = random.nextInt(100);
        if (known.isEmpty() || dice < 5) {
            known.add(register(tenant));
            return;
        }
        Buyer buyer = known.get(random.nextInt(known.size()));
        if (dice < 40) {
            browse(tenant, buyer);
        } else if (dice < 50) {
            changeMind(tenant, buyer);
        } else {
            buy(tenant, buyer, dice < 60);
        }
    }

    private Buyer register(TenantId tenant) throws Failed {
        Customer customer =
                transact(tenant, () -> services.customers.register(UUID.randomUUID() + "@example.com", null));
        CustomerAddress address = transact(
                tenant,
                () -> services.customers.addAddress(customer.getId(), new Place("1010", "Wien", null, null, "AT")));
        return new Buyer(customer.getId(), address.getId());
    }

    private void browse(TenantId tenant, Buyer buyer) throws Failed {
        List<Order> latest = transact(
                tenant,
                () -> services.orders
                        .ofCustomer(buyer.customer, OrderService.newestFirst(5))
                        .getResultList());
        if (!latest.isEmpty()) {
            UUID order = latest.get(0).getId();
            transact(tenant, () -> services.orders.get(order).getItems().size());
        }
    }

    private void changeMind(TenantId tenant, Buyer buyer) throws Failed {
        String product = product();
        transact(tenant, () -> services.carts.add(buyer.customer, product, 1, price()));
        transact(tenant, () -> services.carts.changeQuantity(buyer.customer, product, 3));
        transact(tenant, () -> services.carts.remove(buyer.customer, product));
    }

    private void buy(TenantId tenant, Buyer buyer, boolean cancelAfterwards) throws Failed {
        int items = 1 + random.nextInt(3);
        for (int i = 0; i < items; i++) {
            transact(tenant, () -> services.carts.add(buyer.customer, product(), 1 + random.nextInt(4), price()));
        }
        String externalId = name + "-" + ++orders;
        Order order = transact(tenant, () -> services.carts.checkOut(buyer.customer, buyer.address, externalId));
        ledger.stored(tenant, externalId);
        if (cancelAfterwards) {
            transact(tenant, () -> services.orders.cancel(order.getId()));
        }
    }

    private <T extends @Nullable Object> T transact(TenantId tenant, Callable<T> call) throws Failed {
        long begin = System.nanoTime();
        try {
            T result = TenantContext.call(tenant, call);
            log.succeeded(begin, System.nanoTime());
            return result;
        } catch (Exception e) {
            log.failed(e);
            throw new Failed();
        }
    }

    /** The customers that the storefront has already. */
    private List<Buyer> meet(TenantId tenant, int part, int parts) {
        try {
            return TenantContext.call(tenant, () -> {
                List<Buyer> met = new ArrayList<>();
                List<Customer> customers = services.customers
                        .page(CustomerService.firstPage(CUSTOMERS_OF_A_STOREFRONT))
                        .getResultList();
                for (int i = part; i < customers.size(); i += parts) {
                    UUID customer = customers.get(i).getId();
                    services.customers.addresses(customer).stream()
                            .findFirst()
                            .ifPresent(address -> met.add(new Buyer(customer, address.getId())));
                }
                return met;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new RehomeException(
                    ErrorKind.INVARIANT,
                    "The customers of " + tenant + " could not be read: " + e.getMessage() + ".",
                    e);
        }
    }

    private String product() {
        return "P-" + random.nextInt(PRODUCTS);
    }

    private BigDecimal price() {
        return BigDecimal.valueOf(1 + random.nextInt(20_000), 2);
    }
}
