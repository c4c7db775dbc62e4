package dev.rehome.storefront;

import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.annotations.processing.HQL;
import org.hibernate.query.KeyedPage;
import org.hibernate.query.KeyedResultList;

/**
 * Finds orders. The queries compare {@code fk(customer)}, which is the column; {@code customer.id} would join the customer's
 * row and so lose the orders of deleted customers.
 */
public interface OrderRepository {
    Session session();

    @HQL("from Order o left join fetch o.items where o.id = :id")
    Optional<Order> withItems(UUID id);

    @HQL("from Order o left join fetch o.items where o.externalId = :externalId")
    Optional<Order> withItemsByExternalId(String externalId);

    /** A page of a customer's orders, without items; {@link KeyedResultList#getNextPage} leads on. */
    @HQL("where fk(customer) = :customerId")
    KeyedResultList<Order> ofCustomer(UUID customerId, KeyedPage<Order> page);

    @HQL("select count(*) from Order")
    long count();

    @HQL("select count(*) from Order where fk(customer) = :customerId")
    long countOfCustomer(UUID customerId);
}
