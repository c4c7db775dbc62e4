package dev.rehome.bench.move;

/**
 * How many rows the market has: those of the storefront that is moved, and about as many of the others together.
 *
 * @param customers of the large storefront, each with an address; a tenth of them have a cart of two items
 * @param orders of the large storefront, of three items each
 * @param others how many other storefronts share the tables
 */
record Size(int customers, int orders, int others) {
    static final int ITEMS_OF_AN_ORDER = 3;
    static final int CUSTOMERS_OF_A_CART = 10;
    static final int ITEMS_OF_A_CART = 2;

    /** @param scale 1 for a million orders */
    static Size scaled(double scale) {
        int others = 20;
        // A customer belongs to the storefront that its number says, and so does whatever belongs to a customer.
        int step = others * CUSTOMERS_OF_A_CART;
        return new Size(
                Math.max(1, (int) Math.round(300_000 * scale / step)) * step,
                Math.max(1, (int) Math.round(1_000_000 * scale / step)) * step,
                others);
    }

    /** Rows of the large storefront. */
    long rows() {
        return 2L * customers
                + (1L + ITEMS_OF_AN_ORDER) * orders
                + (1L + ITEMS_OF_A_CART) * (customers / CUSTOMERS_OF_A_CART);
    }
}
