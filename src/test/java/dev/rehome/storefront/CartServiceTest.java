package dev.rehome.storefront;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.RehomeException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource(Shop.EVERYWHERE)
class CartServiceTest {
    private static final BigDecimal PRICE = new BigDecimal("2.5");
    private final Shop shop;
    private Customer ada;

    CartServiceTest(Shop shop) {
        this.shop = shop;
    }

    @BeforeEach
    void emptyStorefront() throws Exception {
        shop.empty();
        ada = shop.customer();
    }

    @AfterEach
    void noConnectionIsOut() {
        assertEquals(0, shop.connectionsOut());
    }

    @Test
    void theFirstProductOpensACartInTheStorefrontsCurrency() throws Exception {
        assertTrue(shop.call(() -> shop.carts.open(ada.getId())).isEmpty());
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 2, PRICE));
        ShoppingCart cart = openCart();
        assertEquals("EUR", cart.getCurrency());
        assertEquals(List.of("1 tea 2 2.5000"), lines(cart));
    }

    @Test
    void theSameProductAgainGrowsItsLineAndTakesTheNewPrice() throws Exception {
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 2, PRICE));
        shop.call(() -> shop.carts.add(ada.getId(), "cup", 1, PRICE));
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 3, new BigDecimal("2")));
        assertEquals(List.of("1 tea 5 2.0000", "2 cup 1 2.5000"), lines(openCart()));
    }

    @Test
    void quantityCanBeChangedAndProductsRemoved() throws Exception {
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 2, PRICE));
        shop.call(() -> shop.carts.add(ada.getId(), "cup", 1, PRICE));
        shop.call(() -> shop.carts.changeQuantity(ada.getId(), "cup", 6));
        shop.call(() -> shop.carts.remove(ada.getId(), "tea"));
        assertEquals(List.of("2 cup 6 2.5000"), lines(openCart()));
        assertThrows(NotFoundException.class, () -> shop.call(() -> shop.carts.remove(ada.getId(), "tea")));
    }

    @Test
    void theLastLineCanBeRemovedAndItsNumberTakenAgainInOneUnit() throws Exception {
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 2, PRICE));
        shop.unit(() -> {
            shop.carts.remove(ada.getId(), "tea");
            return shop.carts.add(ada.getId(), "cup", 1, PRICE);
        });
        assertEquals(List.of("1 cup 1 2.5000"), lines(openCart()));
    }

    @Test
    void impossibleQuantitiesAndPricesAreRefused() {
        assertThrows(RehomeException.class, () -> shop.call(() -> shop.carts.add(ada.getId(), "tea", 0, PRICE)));
        assertThrows(
                RehomeException.class,
                () -> shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, new BigDecimal("-1"))));
        assertThrows(
                RehomeException.class,
                () -> shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, new BigDecimal("0.00001"))));
    }

    @Test
    void unknownCustomersHaveNoCart() {
        assertThrows(
                NotFoundException.class, () -> shop.call(() -> shop.carts.add(UUID.randomUUID(), "tea", 1, PRICE)));
    }

    @Test
    void simultaneousFirstProductsShareOneCart() throws Exception {
        int clicks = 6;
        CyclicBarrier together = new CyclicBarrier(clicks);
        ExecutorService threads = Executors.newFixedThreadPool(clicks);
        try {
            List<Future<ShoppingCart>> added = new ArrayList<>();
            for (int i = 0; i < clicks; i++) {
                String product = "p" + i;
                added.add(threads.submit(() -> {
                    together.await();
                    return shop.call(() -> shop.carts.add(ada.getId(), product, 1, PRICE));
                }));
            }
            for (Future<ShoppingCart> cart : added) {
                cart.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(clicks, openCart().getItems().size());
        assertEquals(1, shop.count("shopping_carts"));
    }

    @Test
    void openingACartChangesTheCustomersVersionSoThatASnapshotTakenBeforeCannotOpenASecondOne() throws Exception {
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, PRICE));
        assertEquals(
                ada.getVersion() + 1,
                shop.call(() -> shop.customers.get(ada.getId())).getVersion());
        shop.call(() -> shop.carts.add(ada.getId(), "cup", 1, PRICE));
        assertEquals(
                ada.getVersion() + 1,
                shop.call(() -> shop.customers.get(ada.getId())).getVersion());
    }

    @Test
    void checkOutMakesAnOrderWithRightTotalsAndClosesTheCart() throws Exception {
        CustomerAddress address = shop.address(ada);
        shop.call(() -> shop.carts.add(ada.getId(), "gone", 1, PRICE));
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 3, new BigDecimal("0.3333")));
        shop.call(() -> shop.carts.add(ada.getId(), "cup", 1, new BigDecimal("9.99")));
        shop.call(() -> shop.carts.remove(ada.getId(), "gone"));
        UUID cartId = openCart().getId();
        Order placed = shop.call(() -> shop.carts.checkOut(ada.getId(), address.getId(), "O-1"));

        Order order = shop.call(() -> shop.orders.get(placed.getId()));
        assertEquals(OrderStatus.CREATED, order.getStatus());
        assertEquals(2, order.getItemCount());
        assertEquals(new BigDecimal("10.9899"), order.getItemsTotal());
        assertEquals(placed.getItemsTotal(), order.getItemsTotal());
        assertEquals("EUR", order.getCurrency());
        assertEquals(ada.getId(), order.getCustomerId());
        assertEquals(address.getId(), order.getShippingAddressId());
        assertEquals(
                List.of("1 tea 3", "2 cup 1"),
                order.getItems().stream()
                        .map(item -> item.getLineNo() + " " + item.getProductId() + " " + item.getQuantity())
                        .toList());
        assertTrue(shop.call(() -> shop.carts.open(ada.getId())).isEmpty());
        ShoppingCart closed = shop.unit(() -> shop.cart(cartId));
        assertEquals(CartStatus.CHECKED_OUT, closed.getStatus());
        assertEquals(placed.getId(), closed.getOrderId().orElseThrow());
    }

    @Test
    void emptyCartIsNotCheckedOut() throws Exception {
        CustomerAddress address = shop.address(ada);
        assertThrows(
                NotFoundException.class,
                () -> shop.call(() -> shop.carts.checkOut(ada.getId(), address.getId(), null)));
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, PRICE));
        shop.call(() -> shop.carts.remove(ada.getId(), "tea"));
        assertThrows(
                RefusedException.class, () -> shop.call(() -> shop.carts.checkOut(ada.getId(), address.getId(), null)));
        assertEquals(0, shop.call(shop.orders::count));
    }

    @Test
    void checkOutNeedsAnAddressOfTheCustomer() throws Exception {
        CustomerAddress others = shop.address(shop.customer());
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, PRICE));
        assertThrows(
                NotFoundException.class, () -> shop.call(() -> shop.carts.checkOut(ada.getId(), others.getId(), null)));
        assertEquals(1, openCart().getItems().size());
    }

    @Test
    void repeatedExternalIdIsRefusedAndTheCartStaysOpen() throws Exception {
        shop.order(ada, "O-1");
        CustomerAddress address = shop.address(ada);
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, PRICE));
        assertThrows(
                DuplicateException.class,
                () -> shop.call(() -> shop.carts.checkOut(ada.getId(), address.getId(), "O-1")));
        assertEquals(1, openCart().getItems().size());
        assertEquals(1, shop.call(shop.orders::count));
    }

    @Test
    void simultaneousCheckOutsMakeOneOrder() throws Exception {
        CustomerAddress address = shop.address(ada);
        shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, PRICE));
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Boolean>> placed = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                placed.add(threads.submit(() -> {
                    together.await();
                    try {
                        shop.call(() -> shop.carts.checkOut(ada.getId(), address.getId(), null));
                        return true;
                    } catch (NotFoundException cartIsClosed) {
                        return false;
                    }
                }));
            }
            assertTrue(placed.get(0).get() ^ placed.get(1).get());
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, shop.call(shop.orders::count));
    }

    private ShoppingCart openCart() throws Exception {
        return shop.call(() -> shop.carts.open(ada.getId())).orElseThrow();
    }

    private static List<String> lines(ShoppingCart cart) {
        return cart.getItems().stream()
                .map(item -> item.getLineNo() + " " + item.getProductId() + " " + item.getQuantity() + " "
                        + item.getUnitPrice())
                .toList();
    }
}
