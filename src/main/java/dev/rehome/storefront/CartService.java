package dev.rehome.storefront;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fills the customer's one open cart and turns it into an order. Each change first locks the customer's row, so that two
 * clicks at once neither open two carts nor put anything into a cart that is being checked out. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class CartService {
    private final EntityManager entityManager;
    private final CartRepository carts;
    private final CustomerRepository customers;
    private final StorefrontService storefronts;
    private final Clock clock;

    @Inject
    public CartService(
            EntityManager entityManager,
            CartRepository carts,
            CustomerRepository customers,
            StorefrontService storefronts,
            Clock clock) {
        this.entityManager = entityManager;
        this.carts = carts;
        this.customers = customers;
        this.storefronts = storefronts;
        this.clock = clock;
    }

    /** The customer's open cart with its items. */
    public Optional<ShoppingCart> open(UUID customerId) {
        return carts.open(customerId);
    }

    /**
     * Puts a product into the customer's cart; opens one if there is none. If the product is in it already, the quantity
     * grows and the price becomes this one.
     *
     * @param unitPrice in the storefront's currency, at most four decimals
     * @throws NotFoundException if there is no such customer
     */
    public ShoppingCart add(UUID customerId, String productId, int quantity, BigDecimal unitPrice) {
        checkQuantity(quantity);
        Customer customer = customers.lock(customerId);
        ShoppingCart cart = carts.open(customerId).orElseGet(() -> openNew(customer));
        cart.add(productId, quantity, Money.price(unitPrice), clock.instant());
        return cart;
    }

    /** @throws NotFoundException if the customer has no open cart, or the product is not in it */
    public ShoppingCart changeQuantity(UUID customerId, String productId, int quantity) {
        checkQuantity(quantity);
        ShoppingCart cart = lockOpen(customerId);
        cart.changeQuantity(productId, quantity, clock.instant());
        return cart;
    }

    /** @throws NotFoundException if the customer has no open cart, or the product is not in it */
    public ShoppingCart remove(UUID customerId, String productId) {
        ShoppingCart cart = lockOpen(customerId);
        cart.remove(productId, clock.instant());
        // Hibernate inserts before it deletes; a line added later in this unit may take the free number.
        entityManager.flush();
        return cart;
    }

    /**
     * Makes the open cart an order and closes it.
     *
     * @param orderExternalId chosen by the client, who can ask for it later when the answer got lost
     * @throws NotFoundException if the customer has no open cart, or the address is not the customer's
     * @throws RefusedException if the cart is empty
     * @throws DuplicateException if an order has the external id
     */
    public Order checkOut(UUID customerId, UUID shippingAddressId, @Nullable String orderExternalId) {
        ShoppingCart cart = lockOpen(customerId);
        CustomerAddress address = customers
                .address(customerId, shippingAddressId)
                .orElseThrow(() -> new NotFoundException("address of the customer", shippingAddressId));
        Order order = cart.checkOut(address, orderExternalId, clock.instant());
        entityManager.persist(order);
        Uniqueness.flush(entityManager, "an order with this external id");
        return order;
    }

    private ShoppingCart lockOpen(UUID customerId) {
        customers.lock(customerId);
        return carts.open(customerId).orElseThrow(() -> new NotFoundException("open cart of customer", customerId));
    }

    private ShoppingCart openNew(Customer customer) {
        // Above READ COMMITTED, whoever waited for the lock does not see our cart; seeing the customer changed, it
        // fails.
        entityManager.lock(customer, LockModeType.PESSIMISTIC_FORCE_INCREMENT);
        ShoppingCart cart = new ShoppingCart(customer, storefronts.current().getCurrency(), clock.instant());
        entityManager.persist(cart);
        return cart;
    }

    private static void checkQuantity(int quantity) {
        if (quantity <= 0) {
            throw new RehomeException(ErrorKind.USER, "A quantity is at least 1. To have none, remove the product.");
        }
    }
}
