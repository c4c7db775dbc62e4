package dev.rehome.demo.data;

import static dev.rehome.demo.data.StorefrontTable.CUSTOMERS;
import static dev.rehome.demo.data.StorefrontTable.ORDERS;
import static dev.rehome.demo.data.StorefrontTable.ORDER_ITEMS;
import static dev.rehome.demo.data.StorefrontTable.STOREFRONTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.tenant.TenantId;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedDataTest {
    private final GeneratedData data = new GeneratedData(7, 12, 1500);

    @Test
    void itsRowsAreSuchThatTheSevenFilesMayHoldThem(@TempDir Path folder) throws Exception {
        for (StorefrontTable table : StorefrontTable.values()) {
            StringBuilder text = new StringBuilder(String.join(",", table.columnNames())).append('\n');
            data.forEachRow(
                    table,
                    (tenant, values) -> text.append(String.join(
                                    ",",
                                    values.stream()
                                            .map(GeneratedDataTest::field)
                                            .toList()))
                            .append('\n'));
            Files.write(
                    FolderFiles.packed(folder, table),
                    FolderFiles.gzip(text.toString().getBytes(StandardCharsets.UTF_8)));
        }

        DataFolder read = DataFolder.open(folder);

        assertEquals(data.storefronts(), read.storefronts());
        for (StorefrontTable table : StorefrontTable.values()) {
            for (Storefront storefront : data.storefronts()) {
                assertEquals(data.rows(table, storefront.tenant()), read.rows(table, storefront.tenant()));
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameRowsAndAnotherOneOthers() throws SQLException {
        for (StorefrontTable table : StorefrontTable.values()) {
            List<List<@Nullable String>> rows = rowsOf(data, table);
            assertEquals(rows, rowsOf(new GeneratedData(7, 12, 1500), table));
            assertEquals(data.rows(table), rows.size());
            assertNotEquals(rows, rowsOf(new GeneratedData(8, 12, 1500), table));
        }
    }

    @Test
    void oneStorefrontHasMostOrdersAndOneHasNoneYet() {
        List<Storefront> storefronts = data.storefronts();

        assertEquals(12, storefronts.size());
        assertEquals(storefronts.get(0), data.largest().orElseThrow());
        assertEquals(1500, data.rows(ORDERS, storefronts.get(0).tenant()));
        assertTrue(data.rows(ORDERS) < 2 * 1500 + 500, "most orders are the largest storefront's");
        assertEquals(0, data.rows(CUSTOMERS, storefronts.get(11).tenant()));
        assertEquals(1, data.rows(STOREFRONTS, storefronts.get(11).tenant()));
        long items = data.rows(ORDER_ITEMS);
        assertTrue(items > 2 * data.rows(ORDERS) && items < 4 * data.rows(ORDERS), "about three items an order");
    }

    @Test
    void anOrdersTotalIsThatOfItsItems() throws SQLException {
        Map<String, BigDecimal> totals = new HashMap<>();
        data.forEachRow(
                ORDER_ITEMS,
                (tenant, item) -> totals.merge(
                        value(item, ORDER_ITEMS, "order_id"),
                        new BigDecimal(value(item, ORDER_ITEMS, "quantity"))
                                .multiply(new BigDecimal(value(item, ORDER_ITEMS, "unit_price"))),
                        BigDecimal::add));

        data.forEachRow(
                ORDERS,
                (tenant, order) -> assertEquals(
                        0,
                        new BigDecimal(value(order, ORDERS, "items_total"))
                                .compareTo(Objects.requireNonNull(totals.remove(value(order, ORDERS, "id"))))));
        assertTrue(totals.isEmpty());
    }

    @Test
    void itHasTheOdditiesThatBreakCarelessCopies() throws SQLException {
        List<@Nullable String> texts = new ArrayList<>();
        for (StorefrontTable table : StorefrontTable.values()) {
            data.forEachRow(table, (tenant, values) -> texts.addAll(values));
        }
        Map<String, Predicate<@Nullable String>> oddities = Map.of(
                "null", Objects::isNull,
                "empty", ""::equals,
                "not ASCII", text -> text != null && text.contains("東京"),
                "outside the BMP", text -> text != null && text.contains("\uD83E\uDED6"),
                "line feed", text -> text != null && text.contains("\n"),
                "quote", text -> text != null && text.contains("\""),
                "backslash", "\\N"::equals,
                "negative", "-11062.06"::equals,
                "three decimals", text -> text != null && text.matches("[0-9]+\\.[0-9]{3}"),
                "long", text -> text != null && text.length() == 2000);
        oddities.forEach((name, oddity) -> assertTrue(texts.stream().anyMatch(oddity), name));
    }

    @Test
    void thereIsAtLeastOneStorefront() {
        assertEquals(1, new GeneratedData(1, 1, 0).storefronts().size());
        assertThrows(IllegalArgumentException.class, () -> new GeneratedData(1, 0, 5));
        assertThrows(IllegalArgumentException.class, () -> new GeneratedData(1, 5, -1));
    }

    @Test
    void aStrangerHasNoRows() {
        assertEquals(0, data.rows(ORDERS, TenantId.parse("00000000-0000-0000-0000-000000000001")));
    }

    private static String value(List<@Nullable String> row, StorefrontTable table, String column) {
        return Objects.requireNonNull(row.get(table.columnNames().indexOf(column)));
    }

    /** A field as the files have it: without NULLs apart from empty texts, and UTC without a zone. */
    private static String field(@Nullable String value) {
        if (value == null) {
            return "";
        }
        return value.matches("[0-9-]{10} [0-9:]{8}\\+00")
                ? value.substring(0, value.length() - "+00".length())
                : '"' + value.replace("\"", "\"\"") + '"';
    }

    private static List<List<@Nullable String>> rowsOf(StorefrontData data, StorefrontTable table) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        data.forEachRow(table, (tenant, values) -> rows.add(new ArrayList<>(values)));
        return rows;
    }
}
