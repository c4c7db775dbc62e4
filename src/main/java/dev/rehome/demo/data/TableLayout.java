package dev.rehome.demo.data;

import static dev.rehome.demo.data.Column.Kind.INTEGER;
import static dev.rehome.demo.data.Column.Kind.MONEY;
import static dev.rehome.demo.data.Column.Kind.TIME;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a file of a table consists of. Immutable.
 *
 * @param columns in the file's order
 * @param uniqueKeys what no two rows share, besides the id; a row with an empty field in it shares it with none
 */
record TableLayout(List<Column> columns, List<List<String>> uniqueKeys) {
    private static final Map<StorefrontTable, TableLayout> LAYOUTS = new EnumMap<>(StorefrontTable.class);

    static {
        for (StorefrontTable table : StorefrontTable.values()) {
            LAYOUTS.put(table, describe(table));
        }
    }

    static TableLayout of(StorefrontTable table) {
        return Objects.requireNonNull(LAYOUTS.get(table));
    }

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    private static TableLayout describe(StorefrontTable table) {
        return switch (table) {
            case STOREFRONTS ->
                layout(
                        List.of(
                                Column.text("external_id", 200),
                                Column.text("name", 200),
                                Column.text("country", 100).orNull(),
                                Column.text("region", 100).orNull(),
                                Column.text("city", 200).orNull(),
                                Column.text("zip_prefix", 40).orNull(),
                                Column.text("currency", 3),
                                Column.of("created_at", TIME).orNull()),
                        List.of());
            case CUSTOMERS ->
                layout(
                        List.of(
                                Column.text("external_id", 200).orNull(),
                                Column.text("email", 320).orNull(),
                                Column.of("created_at", TIME)),
                        List.of(List.of("storefront_id", "external_id"), List.of("storefront_id", "email")));
            case CUSTOMER_ADDRESSES ->
                layout(
                        List.of(
                                Column.reference("customer_id", StorefrontTable.CUSTOMERS),
                                Column.text("zip_prefix", 40).orNull(),
                                Column.text("city", 200).orNull(),
                                Column.text("city_local", 200).orNull(),
                                Column.text("region", 100).orNull(),
                                Column.text("country", 100).orNull(),
                                Column.of("created_at", TIME)),
                        List.of());
            case ORDERS ->
                layout(
                        List.of(
                                Column.text("external_id", 200),
                                Column.reference("customer_id", StorefrontTable.CUSTOMERS),
                                Column.reference("shipping_address_id", StorefrontTable.CUSTOMER_ADDRESSES),
                                Column.text("status", 40),
                                Column.text("currency", 3),
                                Column.of("item_count", INTEGER),
                                Column.of("items_total", MONEY),
                                Column.of("freight_total", MONEY).orNull(),
                                Column.of("ordered_at", TIME),
                                Column.of("approved_at", TIME).orNull(),
                                Column.of("shipped_at", TIME).orNull(),
                                Column.of("delivered_at", TIME).orNull(),
                                Column.of("estimated_delivery_at", TIME).orNull()),
                        List.of(List.of("storefront_id", "external_id")));
            case ORDER_ITEMS ->
                layout(
                        List.of(
                                Column.reference("order_id", StorefrontTable.ORDERS),
                                Column.of("line_no", INTEGER),
                                Column.text("product_id", 200),
                                Column.text("product_category", 200).orNull(),
                                Column.text("description", 2000).orNull(),
                                Column.of("quantity", INTEGER),
                                Column.of("unit_price", MONEY),
                                Column.of("freight", MONEY).orNull(),
                                Column.of("shipping_limit_at", TIME).orNull()),
                        List.of(List.of("order_id", "line_no")));
            case SHOPPING_CARTS ->
                layout(
                        List.of(
                                Column.reference("customer_id", StorefrontTable.CUSTOMERS),
                                Column.reference("derived_from_order_id", StorefrontTable.ORDERS),
                                Column.text("status", 40),
                                Column.text("currency", 3),
                                Column.of("created_at", TIME),
                                Column.of("updated_at", TIME)),
                        List.of());
            case CART_ITEMS ->
                layout(
                        List.of(
                                Column.reference("cart_id", StorefrontTable.SHOPPING_CARTS),
                                Column.of("line_no", INTEGER),
                                Column.text("product_id", 200),
                                Column.of("quantity", INTEGER),
                                Column.of("unit_price", MONEY)),
                        List.of(List.of("cart_id", "line_no")));
        };
    }

    private static TableLayout layout(List<Column> columns, List<List<String>> uniqueKeys) {
        List<Column> all = new ArrayList<>(List.of(Column.uuid("storefront_id"), Column.uuid("id")));
        all.addAll(columns);
        return new TableLayout(List.copyOf(all), uniqueKeys);
    }
}
