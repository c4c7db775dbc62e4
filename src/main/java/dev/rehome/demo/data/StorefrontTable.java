package dev.rehome.demo.data;

import java.util.List;
import java.util.Locale;

/** The seven files and the tables they go into, each behind the tables it refers to. */
public enum StorefrontTable {
    STOREFRONTS,
    CUSTOMERS,
    CUSTOMER_ADDRESSES,
    ORDERS,
    ORDER_ITEMS,
    SHOPPING_CARTS,
    CART_ITEMS;

    /** The table's name in the database, and the file's without its ending. */
    public String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The file's columns. What else the table has ({@code version}, {@code deleted_at}) keeps its default. */
    public List<String> columnNames() {
        return layout().columnNames();
    }

    TableLayout layout() {
        return TableLayout.of(this);
    }
}
