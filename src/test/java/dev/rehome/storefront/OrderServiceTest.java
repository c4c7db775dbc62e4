package dev.rehome.storefront;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource(Shop.EVERYWHERE)
class OrderServiceTest {
    private final Shop shop;
    private Customer ada;

    OrderServiceTest(Shop shop) {
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
    void orderComesWithItsItemsInOneQuery() throws Exception {
        Order placed = shop.order(ada, "O-1");
        long before = shop.statements();
        Order order = shop.call(() -> shop.orders.get(placed.getId()));
        assertEquals(1, shop.statements() - before);
        assertEquals(2, order.getItems().size());
    }

    @Test
    void clientFindsItsOrderByTheExternalIdItChose() throws Exception {
        Order placed = shop.order(ada, "O-1");
        Order found = shop.call(() -> shop.orders.byExternalId("O-1")).orElseThrow();
        assertEquals(placed.getId(), found.getId());
        assertEquals(2, found.getItems().size());
        assertTrue(shop.call(() -> shop.orders.byExternalId("O-2")).isEmpty());
    }

    @Test
    void ordersOfACustomerArePagedNewestFirst() throws Exception {
        List<UUID> placed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            // Two at the same time: the id decides then.
            shop.advance(Duration.ofSeconds(i % 2));
            placed.add(shop.order(ada, null).getId());
        }
        shop.order(shop.customer(), null);
        var first = shop.call(() -> shop.orders.ofCustomer(ada.getId(), OrderService.newestFirst(3)));
        var second = shop.call(() -> shop.orders.ofCustomer(ada.getId(), first.getNextPage()));
        assertEquals(3, first.getResultList().size());
        List<UUID> seen = new ArrayList<>();
        first.getResultList().forEach(order -> seen.add(order.getId()));
        second.getResultList().forEach(order -> seen.add(order.getId()));
        Collections.reverse(placed);
        assertEquals(placed, seen);
        assertEquals(5, shop.call(() -> shop.orders.countOfCustomer(ada.getId())));
        assertEquals(6, shop.call(shop.orders::count));
    }

    @Test
    void newOrderCanBeCanceledOnce() throws Exception {
        Order order = shop.order(ada, null);
        shop.call(() -> shop.orders.cancel(order.getId()));
        assertEquals(
                OrderStatus.CANCELED,
                shop.call(() -> shop.orders.get(order.getId())).getStatus());
        assertThrows(RefusedException.class, () -> shop.call(() -> shop.orders.cancel(order.getId())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shipped", "delivered", "completed", "adjustment", "never heard of"})
    void orderThatIsSentOrUnknownIsNotCanceledAndKeepsItsWord(String word) throws Exception {
        Order order = shop.order(ada, null);
        shop.setStatus(order, word);
        assertThrows(RefusedException.class, () -> shop.call(() -> shop.orders.cancel(order.getId())));
        assertEquals(
                word,
                shop.call(() -> shop.orders.get(order.getId())).getStatus().word());
    }

    @Test
    void ordersOfAnotherStorefrontAreNotFound() throws Exception {
        Order order = shop.order(ada, "O-1");
        shop.switchStorefront();
        assertThrows(NotFoundException.class, () -> shop.call(() -> shop.orders.get(order.getId())));
        assertThrows(NotFoundException.class, () -> shop.call(() -> shop.orders.cancel(order.getId())));
        assertTrue(shop.call(() -> shop.orders.byExternalId("O-1")).isEmpty());
        assertFalse(shop.call(() -> shop.orders.countOfCustomer(ada.getId())) > 0);
    }
}
