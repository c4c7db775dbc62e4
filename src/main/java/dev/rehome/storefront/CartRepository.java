package dev.rehome.storefront;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.annotations.processing.HQL;

/** Finds carts. Customers are compared by foreign key, as {@link OrderRepository} explains. */
public interface CartRepository {
    Session session();

    /** Newest first. */
    @HQL("""
            from ShoppingCart c left join fetch c.items
            where fk(c.customer) = :customerId and c.status = :status
            order by c.createdAt desc, c.id""")
    List<ShoppingCart> withItems(UUID customerId, CartStatus status);

    /** The cart that the customer is filling, with its items. Should an import have left several, the newest. */
    default Optional<ShoppingCart> open(UUID customerId) {
        return withItems(customerId, CartStatus.OPEN).stream().findFirst();
    }
}
