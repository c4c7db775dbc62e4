package dev.rehome.storefront;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.tenant.TenantId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.query.KeyedPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource(Shop.EVERYWHERE)
class CustomerServiceTest {
    private final Shop shop;

    CustomerServiceTest(Shop shop) {
        this.shop = shop;
    }

    @BeforeEach
    void emptyStorefront() throws Exception {
        shop.empty();
    }

    @AfterEach
    void noConnectionIsOut() {
        assertEquals(0, shop.connectionsOut());
    }

    @Test
    void registeredCustomerIsFoundByIdEmailAndExternalId() throws Exception {
        Customer registered = shop.call(() -> shop.customers.register("ada@example.com", "A-1"));
        assertEquals(7, registered.getId().version());
        Customer byId = shop.call(() -> shop.customers.get(registered.getId()));
        assertEquals("ada@example.com", byId.getEmail());
        assertEquals(registered.getCreatedAt(), byId.getCreatedAt());
        assertEquals(shop.tenant().value(), byId.getStorefrontId());
        assertEquals(
                registered.getId(),
                shop.call(() -> shop.customers.byEmail("ada@example.com"))
                        .orElseThrow()
                        .getId());
        assertEquals(
                registered.getId(),
                shop.call(() -> shop.customers.byExternalId("A-1"))
                        .orElseThrow()
                        .getId());
        assertTrue(shop.call(() -> shop.customers.byEmail("ADA@example.com")).isEmpty());
    }

    @Test
    void emailAndExternalIdAreUniqueWithinAStorefrontOnly() throws Exception {
        shop.call(() -> shop.customers.register("ada@example.com", "A-1"));
        assertThrows(
                DuplicateException.class, () -> shop.call(() -> shop.customers.register("ada@example.com", "A-2")));
        assertThrows(
                DuplicateException.class, () -> shop.call(() -> shop.customers.register("bob@example.com", "A-1")));
        assertEquals(1, shop.call(shop.customers::count));
        shop.switchStorefront();
        shop.call(() -> shop.customers.register("ada@example.com", "A-1"));
        assertEquals(1, shop.call(shop.customers::count));
    }

    @Test
    void emailCanBeChangedButNotToAnothersOne() throws Exception {
        Customer ada = shop.call(() -> shop.customers.register("ada@example.com", null));
        shop.call(() -> shop.customers.register("bob@example.com", null));
        shop.call(() -> shop.customers.changeEmail(ada.getId(), "countess@example.com"));
        assertEquals(
                "countess@example.com",
                shop.call(() -> shop.customers.get(ada.getId())).getEmail());
        assertThrows(
                DuplicateException.class,
                () -> shop.call(() -> shop.customers.changeEmail(ada.getId(), "bob@example.com")));
    }

    @Test
    void deletedCustomerIsNotFoundAnyMoreButTheOrdersStay() throws Exception {
        Customer ada = shop.call(() -> shop.customers.register("ada@example.com", "A-1"));
        Order order = shop.order(ada, null);
        shop.call(() -> {
            shop.customers.delete(ada.getId());
            return null;
        });
        assertThrows(NotFoundException.class, () -> shop.call(() -> shop.customers.get(ada.getId())));
        assertThrows(
                NotFoundException.class, () -> shop.call(() -> shop.carts.add(ada.getId(), "tea", 1, BigDecimal.ONE)));
        assertTrue(shop.call(() -> shop.customers.byExternalId("A-1")).isEmpty());
        assertEquals(0, shop.call(shop.customers::count));
        assertEquals(
                List.of(),
                shop.call(() -> shop.customers.page(CustomerService.firstPage(10)))
                        .getResultList());
        assertEquals(
                ada.getId(), shop.call(() -> shop.orders.get(order.getId())).getCustomerId());
        assertEquals(1, shop.call(() -> shop.orders.countOfCustomer(ada.getId())));
    }

    @Test
    void emailOfADeletedCustomerCanBeRegisteredAgain() throws Exception {
        Customer ada = shop.call(() -> shop.customers.register("ada@example.com", null));
        shop.call(() -> {
            shop.customers.delete(ada.getId());
            return null;
        });
        Customer again = shop.call(() -> shop.customers.register("ada@example.com", null));
        assertEquals(
                again.getId(),
                shop.call(() -> shop.customers.byEmail("ada@example.com"))
                        .orElseThrow()
                        .getId());
    }

    @Test
    void pagesShowEveryCustomerOnce() throws Exception {
        List<UUID> registered = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            registered.add(shop.customer().getId());
        }
        List<UUID> seen = new ArrayList<>();
        KeyedPage<Customer> page = CustomerService.firstPage(3);
        boolean last = false;
        while (!last) {
            KeyedPage<Customer> asked = page;
            var result = shop.call(() -> shop.customers.page(asked));
            assertTrue(result.getResultList().size() <= 3);
            result.getResultList().forEach(customer -> seen.add(customer.getId()));
            last = result.isLastPage();
            page = result.getNextPage();
        }
        assertEquals(7, seen.size());
        assertTrue(seen.containsAll(registered));
    }

    @Test
    void addressesAreListedOldestFirstAndCanBeCorrected() throws Exception {
        Customer ada = shop.customer();
        CustomerAddress berlin = shop.address(ada);
        shop.advance(Duration.ofSeconds(1));
        CustomerAddress unknown = shop.call(() -> shop.customers.addAddress(ada.getId(), Place.UNKNOWN));
        assertEquals(
                List.of(berlin.getId(), unknown.getId()),
                shop.call(() -> shop.customers.addresses(ada.getId())).stream()
                        .map(CustomerAddress::getId)
                        .toList());
        assertEquals(
                Place.UNKNOWN,
                shop.call(() -> shop.customers.address(ada.getId(), unknown.getId()))
                        .getPlace());
        Place paris = new Place("75001", "Paris", null, null, "FR");
        shop.call(() -> shop.customers.correctAddress(ada.getId(), unknown.getId(), paris));
        assertEquals(
                paris,
                shop.call(() -> shop.customers.address(ada.getId(), unknown.getId()))
                        .getPlace());
    }

    @Test
    void addressOfAnotherCustomerIsNotFound() throws Exception {
        CustomerAddress adas = shop.address(shop.customer());
        Customer bob = shop.customer();
        assertThrows(NotFoundException.class, () -> shop.call(() -> shop.customers.address(bob.getId(), adas.getId())));
    }

    @Test
    void customersOfAnotherStorefrontAreNotFound() throws Exception {
        Customer ada = shop.call(() -> shop.customers.register("ada@example.com", null));
        TenantId adas = shop.tenant();
        shop.switchStorefront();
        assertThrows(NotFoundException.class, () -> shop.call(() -> shop.customers.get(ada.getId())));
        assertThrows(
                NotFoundException.class,
                () -> shop.call(() -> shop.customers.changeEmail(ada.getId(), "x@example.com")));
        assertTrue(shop.call(() -> shop.customers.byEmail("ada@example.com")).isEmpty());
        assertEquals(
                "ada@example.com",
                shop.in(adas, () -> shop.customers.get(ada.getId())).getEmail());
    }

    @Test
    void storefrontIsDescribedOnce() throws Exception {
        assertEquals("EUR", shop.call(shop.storefronts::current).getCurrency());
        assertThrows(
                DuplicateException.class, () -> shop.call(() -> shop.storefronts.describe("again", "Again", "USD")));
        assertFalse(shop.call(shop.storefronts::current).getName().isEmpty());
    }
}
