package dev.rehome.demo.data;

import static dev.rehome.demo.data.StorefrontTable.CART_ITEMS;
import static dev.rehome.demo.data.StorefrontTable.CUSTOMERS;
import static dev.rehome.demo.data.StorefrontTable.CUSTOMER_ADDRESSES;
import static dev.rehome.demo.data.StorefrontTable.ORDERS;
import static dev.rehome.demo.data.StorefrontTable.ORDER_ITEMS;
import static dev.rehome.demo.data.StorefrontTable.SHOPPING_CARTS;
import static dev.rehome.demo.data.StorefrontTable.STOREFRONTS;

import dev.rehome.demo.data.GeneratedWords.Place;
import dev.rehome.tenant.TenantId;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one generated storefront. Every row follows from its number: customer j has order 5j and, now and then, a
 * cart made of it. Customer 0 is the guest, who has no name and a large part of the orders.
 */
final class GeneratedStorefront {
    /** Takes a row of this storefront. */
    @FunctionalInterface
    interface Rows {
        void accept(List<@Nullable String> values) throws SQLException;
    }

    private record Line(
            String productId,
            @Nullable String category,
            @Nullable String description,
            int quantity,
            BigDecimal unitPrice,
            @Nullable BigDecimal freight,
            @Nullable String shippingLimitAt) {}

    private record Order(UUID id, int customer, String status, Instant orderedAt, List<Line> lines) {}

    private static final Instant FIRST_OPENING = Instant.parse("2024-01-01T08:00:00Z");
    private static final Duration BETWEEN_OPENINGS = Duration.ofHours(53);
    private static final Duration OPEN_FOR = Duration.ofDays(500);
    private static final int ORDERS_PER_CUSTOMER = 5;
    /** Every n-th customer has a second address. */
    private static final int CUSTOMERS_PER_SECOND_ADDRESS = 4;
    /** Every n-th customer has a cart. */
    private static final int CUSTOMERS_PER_CART = 4;

    private static final int GUEST_PERCENT = 15;

    private final long seed;
    private final int rank;
    private final int orders;
    private final int customers;
    private final int secondAddresses;
    private final int carts;
    private final Instant openedAt;
    private final Storefront description;
    private final String storefrontId;
    private final long orderItems;
    private final long cartItems;

    GeneratedStorefront(long seed, int rank, int orders) {
        this.seed = seed;
        this.rank = rank;
        this.orders = orders;
        this.customers = (orders + ORDERS_PER_CUSTOMER - 1) / ORDERS_PER_CUSTOMER;
        this.secondAddresses = customers / CUSTOMERS_PER_SECOND_ADDRESS;
        this.carts = customers / CUSTOMERS_PER_CART;
        this.openedAt = FIRST_OPENING.plus(BETWEEN_OPENINGS.multipliedBy(rank));
        UUID id = dice(STOREFRONTS, 0).uuid(openedAt);
        Place home = GeneratedWords.home(rank);
        this.description = new Storefront(
                TenantId.of(id), "shop-" + rank, GeneratedWords.shopName(rank), home.country(), home.currency());
        this.storefrontId = id.toString();
        long items = 0;
        for (int number = 0; number < orders; number++) {
            items += lineCount(dice(ORDER_ITEMS, number));
        }
        this.orderItems = items;
        items = 0;
        for (int number = 0; number < carts; number++) {
            items += lineCount(dice(CART_ITEMS, number));
        }
        this.cartItems = items;
    }

    Storefront description() {
        return description;
    }

    long rows(StorefrontTable table) {
        return switch (table) {
            case STOREFRONTS -> 1;
            case CUSTOMERS -> customers;
            case CUSTOMER_ADDRESSES -> customers + secondAddresses;
            case ORDERS -> orders;
            case ORDER_ITEMS -> orderItems;
            case SHOPPING_CARTS -> carts;
            case CART_ITEMS -> cartItems;
        };
    }

    void forEachRow(StorefrontTable table, Rows rows) throws SQLException {
        switch (table) {
            case STOREFRONTS -> rows.accept(storefront());
            case CUSTOMERS -> {
                for (int number = 0; number < customers; number++) {
                    rows.accept(customer(number));
                }
            }
            case CUSTOMER_ADDRESSES -> {
                for (int number = 0; number < customers + secondAddresses; number++) {
                    rows.accept(address(number));
                }
            }
            case ORDERS -> {
                for (int number = 0; number < orders; number++) {
                    rows.accept(order(number));
                }
            }
            case ORDER_ITEMS -> orderItems(rows);
            case SHOPPING_CARTS -> {
                for (int number = 0; number < carts; number++) {
                    rows.accept(cart(number));
                }
            }
            case CART_ITEMS -> cartItems(rows);
        }
    }

    private List<@Nullable String> storefront() {
        Place home = GeneratedWords.home(rank);
        return row(
                storefrontId,
                description.externalId(),
                description.name(),
                description.country(),
                null,
                home.city(),
                home.zip(),
                description.currency(),
                Dice.text(openedAt));
    }

    private List<@Nullable String> customer(int number) {
        Instant createdAt = customerCreatedAt(number);
        Dice dice = dice(CUSTOMERS, number);
        UUID id = dice.uuid(createdAt);
        boolean guest = number == 0;
        return row(
                id.toString(),
                guest || dice.percent(5) ? null : "C-" + number,
                guest || dice.percent(5) ? null : GeneratedWords.email(dice, number),
                Dice.text(createdAt));
    }

    private List<@Nullable String> address(int number) {
        int customer = number < customers ? number : (number - customers) * CUSTOMERS_PER_SECOND_ADDRESS;
        Instant createdAt = customerCreatedAt(customer);
        Dice dice = dice(CUSTOMER_ADDRESSES, number);
        UUID id = dice.uuid(createdAt);
        Place place = GeneratedWords.place(dice);
        return row(
                id.toString(),
                customerId(customer),
                dice.percent(10) ? null : place.zip(),
                // An empty text is not the same as none; a copy has to keep them apart.
                dice.percent(2) ? "" : place.city(),
                place.localName(),
                dice.percent(80) ? null : "",
                place.country(),
                Dice.text(createdAt));
    }

    private List<@Nullable String> order(int number) {
        Order order = orderOf(number);
        BigDecimal total = BigDecimal.ZERO;
        BigDecimal freight = null;
        for (Line line : order.lines()) {
            total = total.add(line.unitPrice().multiply(BigDecimal.valueOf(line.quantity())));
            if (line.freight() != null) {
                freight = freight == null ? line.freight() : freight.add(line.freight());
            }
        }
        boolean onItsWay = order.status().equals("completed") || order.status().equals("shipped");
        Instant orderedAt = order.orderedAt();
        return row(
                order.id().toString(),
                String.valueOf(100_000 + number),
                customerId(order.customer()),
                addressId(order.customer()),
                order.status(),
                description.currency(),
                String.valueOf(order.lines().size()),
                total.toPlainString(),
                freight == null ? null : freight.toPlainString(),
                Dice.text(orderedAt),
                order.status().equals("created") ? null : Dice.text(orderedAt.plus(Duration.ofMinutes(20))),
                onItsWay ? Dice.text(orderedAt.plus(Duration.ofHours(30))) : null,
                order.status().equals("completed") ? Dice.text(orderedAt.plus(Duration.ofDays(4))) : null,
                number % 3 == 0 ? null : Dice.text(orderedAt.plus(Duration.ofDays(9))));
    }

    private void orderItems(Rows rows) throws SQLException {
        for (int number = 0; number < orders; number++) {
            Order order = orderOf(number);
            Dice ids = new Dice(seed ^ 1, rank, ORDER_ITEMS, number);
            for (int i = 0; i < order.lines().size(); i++) {
                Line line = order.lines().get(i);
                rows.accept(row(
                        ids.uuid(order.orderedAt()).toString(),
                        order.id().toString(),
                        String.valueOf(i + 1),
                        line.productId(),
                        line.category(),
                        line.description(),
                        String.valueOf(line.quantity()),
                        line.unitPrice().toPlainString(),
                        line.freight() == null ? null : line.freight().toPlainString(),
                        line.shippingLimitAt()));
            }
        }
    }

    private List<@Nullable String> cart(int number) {
        Instant createdAt = cartCreatedAt(number);
        Dice dice = dice(SHOPPING_CARTS, number);
        return row(
                dice.uuid(createdAt).toString(),
                customerId(cartCustomer(number)),
                orderId(cartCustomer(number) * ORDERS_PER_CUSTOMER).toString(),
                dice.percent(30) ? "open" : "converted",
                description.currency(),
                Dice.text(createdAt),
                Dice.text(createdAt.plusSeconds(dice.below(7200))));
    }

    private void cartItems(Rows rows) throws SQLException {
        for (int number = 0; number < carts; number++) {
            String cart =
                    dice(SHOPPING_CARTS, number).uuid(cartCreatedAt(number)).toString();
            Dice dice = dice(CART_ITEMS, number);
            int lines = lineCount(dice);
            for (int i = 0; i < lines; i++) {
                UUID id = dice.uuid(cartCreatedAt(number));
                Line line = line(dice, 1, openedAt);
                rows.accept(row(
                        id.toString(),
                        cart,
                        String.valueOf(i + 1),
                        line.productId(),
                        String.valueOf(line.quantity()),
                        line.unitPrice().toPlainString()));
            }
        }
    }

    private Order orderOf(int number) {
        Instant orderedAt = orderedAt(number);
        Dice dice = dice(ORDERS, number);
        UUID id = dice.uuid(orderedAt);
        // Those who were customers by then; the first of each group of orders is the one its customer came with.
        int known = number / ORDERS_PER_CUSTOMER + 1;
        int customer = number % ORDERS_PER_CUSTOMER == 0
                ? known - 1
                : dice.percent(GUEST_PERCENT) ? 0 : dice.skewedBelow(known);
        String status = GeneratedWords.orderStatus(dice);
        Dice lineDice = dice(ORDER_ITEMS, number);
        int count = lineCount(lineDice);
        List<Line> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lines.add(line(lineDice, status.equals("canceled") ? -1 : 1, orderedAt));
        }
        return new Order(id, customer, status, orderedAt, lines);
    }

    private static Line line(Dice dice, int sign, Instant orderedAt) {
        int product = dice.skewedBelow(4000);
        return new Line(
                GeneratedWords.productId(dice, product),
                GeneratedWords.category(product),
                GeneratedWords.description(dice, product),
                sign * (dice.onceIn(5000) ? 80_995 : 1 + dice.skewedBelow(24)),
                price(dice),
                dice.percent(60) ? null : BigDecimal.valueOf(dice.below(2000), 2),
                dice.percent(70) ? null : Dice.text(orderedAt.plus(Duration.ofDays(3))));
    }

    private static BigDecimal price(Dice dice) {
        if (dice.onceIn(1000)) {
            return new BigDecimal("-11062.06");
        }
        return dice.onceIn(200)
                ? BigDecimal.valueOf(dice.below(100_000), 3)
                : BigDecimal.valueOf(dice.skewedBelow(20_000), 2);
    }

    /** About three on average; one order in fifty is a wholesaler's. */
    private static int lineCount(Dice dice) {
        int share = dice.below(100);
        if (share < 45) {
            return 1;
        }
        if (share < 80) {
            return 2 + dice.below(2);
        }
        return share < 98 ? 4 + dice.below(5) : 10 + dice.below(25);
    }

    private String customerId(int number) {
        return dice(CUSTOMERS, number).uuid(customerCreatedAt(number)).toString();
    }

    private String addressId(int customer) {
        return dice(CUSTOMER_ADDRESSES, customer)
                .uuid(customerCreatedAt(customer))
                .toString();
    }

    private UUID orderId(int number) {
        return dice(ORDERS, number).uuid(orderedAt(number));
    }

    /** A customer comes with an order. */
    private Instant customerCreatedAt(int number) {
        return orderedAt(number * ORDERS_PER_CUSTOMER);
    }

    private Instant orderedAt(int number) {
        return openedAt.plusSeconds(OPEN_FOR.toSeconds() * number / orders);
    }

    private static int cartCustomer(int number) {
        return number * CUSTOMERS_PER_CART + 1;
    }

    private Instant cartCreatedAt(int number) {
        return customerCreatedAt(cartCustomer(number)).minusSeconds(60);
    }

    private Dice dice(StorefrontTable table, int number) {
        return new Dice(seed, rank, table, number);
    }

    private List<@Nullable String> row(@Nullable String... values) {
        List<@Nullable String> row = new ArrayList<>(values.length + 1);
        row.add(storefrontId);
        row.addAll(Arrays.asList(values));
        return row;
    }
}
