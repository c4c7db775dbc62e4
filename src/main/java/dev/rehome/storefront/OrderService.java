package dev.rehome.storefront;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.query.KeyedPage;
import org.hibernate.query.KeyedResultList;
import org.hibernate.query.Page;

/** Looks up and cancels orders; {@link CartService#checkOut} makes them. Thread-safe. */
@ApplicationScoped
@Transactional
public class OrderService {
    private final OrderRepository orders;

    @Inject
    public OrderService(OrderRepository orders) {
        this.orders = orders;
    }

    /**
     * The order with its items.
     *
     * @throws NotFoundException if there is none
     */
    public Order get(UUID id) {
        return orders.withItems(id).orElseThrow(() -> new NotFoundException("order", id));
    }

    /** The order with its items. */
    public Optional<Order> byExternalId(String externalId) {
        return orders.withItemsByExternalId(externalId);
    }

    /** The first page of orders with the newest first, which is the order of an index. */
    public static KeyedPage<Order> newestFirst(int size) {
        return Page.first(size)
                .keyedBy(List.of(
                        org.hibernate.query.Order.desc(Order_.orderedAt), org.hibernate.query.Order.desc(Order_.id)));
    }

    /** @param page {@link #newestFirst}, and then what the last result leads on to */
    public KeyedResultList<Order> ofCustomer(UUID customerId, KeyedPage<Order> page) {
        return orders.ofCustomer(customerId, page);
    }

    public long count() {
        return orders.count();
    }

    public long countOfCustomer(UUID customerId) {
        return orders.countOfCustomer(customerId);
    }

    /**
     * @throws NotFoundException if there is none
     * @throws RefusedException if it has been sent, or is closed in another way
     */
    public Order cancel(UUID id) {
        Order order = get(id);
        order.cancel();
        return order;
    }
}
