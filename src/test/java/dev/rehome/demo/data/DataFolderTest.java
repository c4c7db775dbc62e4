package dev.rehome.demo.data;

import static dev.rehome.demo.data.StorefrontTable.CUSTOMERS;
import static dev.rehome.demo.data.StorefrontTable.CUSTOMER_ADDRESSES;
import static dev.rehome.demo.data.StorefrontTable.ORDERS;
import static dev.rehome.demo.data.StorefrontTable.ORDER_ITEMS;
import static dev.rehome.demo.data.StorefrontTable.SHOPPING_CARTS;
import static dev.rehome.demo.data.StorefrontTable.STOREFRONTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DataFolderTest {
    private static final TenantId S1 = TenantId.of(FolderFiles.uuid("S1"));
    private static final TenantId S2 = TenantId.of(FolderFiles.uuid("S2"));

    @TempDir
    private Path folder;

    private final FolderFiles files = new FolderFiles();

    @Test
    void aFolderWithoutFaultsTellsItsStorefrontsAndCounts() throws IOException {
        DataFolder data = DataFolder.open(files.write(folder));

        assertEquals(
                List.of(
                        new Storefront(S1, "one", "One, and \"only\"", "GB", "GBP"),
                        new Storefront(S2, "two", "Zwei ü", null, "EUR")),
                data.storefronts());
        assertEquals(4, data.rows(CUSTOMERS));
        assertEquals(2, data.rows(ORDER_ITEMS, S1));
        assertEquals(0, data.rows(SHOPPING_CARTS, S2));
        assertEquals(S1, data.largest().orElseThrow().tenant());
    }

    @Test
    void rowsComeAsTheDatabaseReadsThem() throws Exception {
        DataFolder data = DataFolder.open(files.write(folder));

        assertEquals(
                List.of(
                        row("S1,A11,C11,LS1,Leeds,,,GB,2020-02-01 10:00:00+00"),
                        row("S1,A12,C12,,,,,,2020-02-02 10:00:00+00"),
                        row("S2,A21,C21,,München,two\nlines,,DE,2020-02-03 10:00:00+00")),
                rowsOf(data, CUSTOMER_ADDRESSES));
    }

    @Test
    void plainFilesAreReadToo() throws IOException {
        files.write(folder);
        for (StorefrontTable table : StorefrontTable.values()) {
            Files.delete(FolderFiles.packed(folder, table));
            Files.writeString(folder.resolve(table.tableName() + ".csv"), FolderFiles.withUuids(files.text(table)));
        }

        assertEquals(3, DataFolder.open(folder).rows(ORDER_ITEMS));
    }

    @Test
    void aFileWithNothingButItsHeaderIsAFile() throws IOException {
        files.replace(
                SHOPPING_CARTS,
                files.text(SHOPPING_CARTS).lines().skip(1).findFirst().orElseThrow() + "\n",
                "");
        files.replace(StorefrontTable.CART_ITEMS, "S1,L11,K11,1,POST,3,1.25\n", "");

        assertEquals(0, DataFolder.open(files.write(folder)).rows(SHOPPING_CARTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                // file | text | what it becomes | the problem
                "STOREFRONTS | S2,S2,two | S2,S1,two | line 3: id must be equal to storefront_id",
                "STOREFRONTS | S2,S2,two | S1,S1,two | line 3: id S1 is there already, on line 2",
                "STOREFRONTS | ,GBP, | ,, | line 2: currency must not be empty",
                "STOREFRONTS | ,GBP, | ,GBPX, | line 2: currency is longer than 3 characters",
                "CUSTOMERS | S1,C12 | S3,C12 | line 3: storefront S3 is unknown",
                "CUSTOMERS | S1,C12 | ,C12 | line 3: storefront_id must not be empty",
                "CUSTOMERS | S1,C12 | S1,C11 | line 3: id C11 is there already, on line 2",
                "CUSTOMERS | S2,C21 | S2,C11 | line 5: id C11 is there already, on line 2",
                "CUSTOMERS | C12,, | C12,ann, | line 3: storefront_id and external_id are those of line 2",
                "CUSTOMERS | C12,, | C12,,ann@example.com | line 3: storefront_id and email are those of line 2",
                "CUSTOMERS | C12,,,2020 | C12,,,x,2020 | line 3: has 6 columns, not 5",
                "CUSTOMERS | C12,,,2020-02-02 10:00:00 | C12,, | line 3: has 4 columns, not 5",
                "CUSTOMERS | C12,,,2020-02-02 10:00:00 | C12,,, | line 3: created_at must not be empty",
                "CUSTOMERS | 2020-02-01 10 | 2020-02-30 10 | line 2: created_at is not a time such as 2011-12-09 08:30:00: '2020-02-30 10:00:00'",
                "CUSTOMERS | 2020-02-01 10:00:00 | 2020-02-01T10:00:00Z | line 2: created_at is not a time such as 2011-12-09 08:30:00: '2020-02-01T10:00:00Z'",
                "CUSTOMER_ADDRESSES | A12,C12 | A12,C21 | line 3: customer C21 belongs to another storefront",
                "CUSTOMER_ADDRESSES | A12,C12 | A12,C19 | line 3: customer C19 is unknown",
                "CUSTOMER_ADDRESSES | A12,C12 | A12,1-2-3-4-5 | line 3: customer_id is not a UUID: '1-2-3-4-5'",
                "CUSTOMER_ADDRESSES | A21,C21,,M | A21,C11,,M | line 4: customer C11 belongs to another storefront",
                "ORDERS | C12,A12 | C21,A12 | line 3: customer C21 belongs to another storefront",
                "ORDERS | C12,A12 | C12,A21 | line 3: shipping address A21 belongs to another storefront",
                "ORDERS | C12,A12 | C12,A19 | line 3: shipping address A19 is unknown",
                "ORDERS | O12,2 | O12,1 | line 3: storefront_id and external_id are those of line 2",
                "ORDERS | -3.125 | 1e3 | line 2: items_total is not an amount with at most 15 digits before and 4 behind the decimal point: '1e3'",
                "ORDERS | -3.125 | 1.00001 | line 2: items_total is not an amount with at most 15 digits before and 4 behind the decimal point: '1.00001'",
                "ORDERS | -3.125 | 1234567890123456 | line 2: items_total is not an amount with at most 15 digits before and 4 behind the decimal point: '1234567890123456'",
                "ORDERS | GBP,2, | GBP,2.0, | line 2: item_count is not a whole number of 32 bits: '2.0'",
                "ORDER_ITEMS | I12,O11 | I12,O21 | line 3: order O21 belongs to another storefront",
                "ORDER_ITEMS | I12,O11 | I12,O19 | line 3: order O19 is unknown",
                "ORDER_ITEMS | O11,2,m | O11,1,m | line 3: order_id and line_no are those of line 2",
                "ORDER_ITEMS | O11,2,m | O11,01,m | line 3: order_id and line_no are those of line 2",
                "ORDER_ITEMS | O11,2,m | O11,,m | line 3: line_no must not be empty",
                "ORDER_ITEMS | ,2,-1 | ,2147483648,-1 | line 3: quantity is not a whole number of 32 bits: '2147483648'",
                "SHOPPING_CARTS | C11,O11 | C11,O21 | line 2: derived from order O21 belongs to another storefront",
                "SHOPPING_CARTS | C11,O11 | C11, | line 2: derived_from_order_id must not be empty",
                "CART_ITEMS | K11,1 | K21,1 | line 2: cart K21 is unknown",
            })
    void aRowThatIsWrongIsRefusedWithItsFileItsLineAndTheReason(
            StorefrontTable table, String text, @Nullable String replacement, String problem) throws IOException {
        files.replace(table, text, replacement == null ? "" : replacement).write(folder);

        assertTrue(
                problems().contains("\n  " + table.tableName() + ".csv.gz " + FolderFiles.withUuids(problem) + "\n"),
                this::problems);
    }

    @Test
    void aLineIsThatOfTheFileEvenBehindARowOfTwo() throws IOException {
        files.append(CUSTOMER_ADDRESSES, "S2,A22,C29,,,,,,2020-02-03 10:00:00\n")
                .write(folder);

        assertTrue(problems().contains("customer_addresses.csv.gz line 6: customer "), this::problems);
    }

    @Test
    void aTextIsMeasuredInCharactersAndMayNotHoldNul() throws IOException {
        String longest = "\uD83E\uDED6".repeat(200);
        files.replace(CUSTOMER_ADDRESSES, "Leeds", longest).write(folder);
        assertEquals(3, DataFolder.open(folder).rows(CUSTOMER_ADDRESSES));

        files.replace(CUSTOMER_ADDRESSES, longest, longest + "x").write(folder);
        assertTrue(problems().contains("line 2: city is longer than 200 characters\n"), this::problems);

        files.replace(CUSTOMER_ADDRESSES, longest + "x", "a\0b").write(folder);
        assertTrue(problems().contains("line 2: city holds the character NUL"), this::problems);
    }

    @ParameterizedTest
    @EnumSource
    void aMissingFileIsNamedAndWhatRefersToItIsNotBlamed(StorefrontTable table) throws IOException {
        Files.delete(FolderFiles.packed(files.write(folder), table));

        assertEquals(
                "The data in " + folder + " is refused:\n  " + table.tableName()
                        + ".csv.gz is missing\nNothing was loaded. Correct the files and start again.",
                problems());
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsCutOffIsNamed(StorefrontTable table) throws IOException {
        Path file = FolderFiles.packed(files.write(folder), table);
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, bytes.length / 2, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertTrue(
                    problems().contains(":\n  " + table.tableName() + ".csv.gz is damaged behind line "),
                    this::problems);
        }
    }

    @Test
    void aFileWhoseBytesAreWrongIsNamed() throws IOException {
        Path file = FolderFiles.packed(files.write(folder), ORDERS);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 6] ^= 1;
        Files.write(file, bytes);
        assertTrue(problems().contains("orders.csv.gz is damaged behind line "), this::problems);

        Files.writeString(file, "not packed at all");
        assertTrue(problems().contains("orders.csv.gz is damaged behind line "), this::problems);

        Files.write(file, FolderFiles.gzip(files.text(ORDERS).getBytes(StandardCharsets.UTF_16)));
        assertTrue(problems().contains("orders.csv.gz is damaged behind line 1: not UTF-8"), this::problems);

        Files.write(file, FolderFiles.gzip((files.text(ORDERS) + "S1,\"unclosed\n").getBytes(StandardCharsets.UTF_8)));
        assertTrue(problems().contains("orders.csv.gz"), this::problems);
    }

    @Test
    void theHeaderMustBeTheOneOfTheTable() throws IOException {
        Path file = FolderFiles.packed(files.write(folder), STOREFRONTS);
        for (String header : List.of("id,storefront_id", "", "S1,S1\n")) {
            Files.write(file, FolderFiles.gzip(header.getBytes(StandardCharsets.UTF_8)));
            assertTrue(problems().contains("\n  storefronts.csv.gz "), this::problems);
            assertTrue(problems().contains("header"), this::problems);
        }
    }

    @Test
    void twoFilesForOneTableAreRefused() throws IOException {
        files.write(folder);
        Files.writeString(folder.resolve("orders.csv"), "");

        assertTrue(problems().contains("orders.csv.gz and orders.csv are both there"), this::problems);
    }

    @Test
    void theProblemsOfAllFilesAreReportedTogetherUpToALimit() throws IOException {
        files.replace(CUSTOMERS, "2020-02-02", "soon")
                .replace(ORDER_ITEMS, "O21", "O29")
                .write(folder);
        assertEquals(2 + 3, problems().lines().count());
        assertFalse(problems().contains("and more"));

        files.append(ORDER_ITEMS, "S1,I1\n".repeat(FolderProblems.LIMIT)).write(folder);
        assertEquals(2 + FolderProblems.LIMIT + 1, problems().lines().count());
        assertTrue(problems().contains("\n  ... and more\n"), this::problems);
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        folder = folder.resolve("none");

        assertTrue(problems().contains("there is no such folder"), this::problems);
    }

    @Test
    void aFileThatChangesBehindTheCheckIsRefused() throws Exception {
        DataFolder data = DataFolder.open(files.write(folder));

        files.append(CUSTOMERS, "S2,C22,,,2020-02-02 10:00:00\n").write(folder);
        assertThrows(DataFolderException.class, () -> rowsOf(data, CUSTOMERS));

        files.append(CUSTOMERS, "S2,C23,,,soon\n").write(folder);
        assertThrows(DataFolderException.class, () -> rowsOf(data, CUSTOMERS));

        Files.delete(FolderFiles.packed(folder, CUSTOMERS));
        assertThrows(DataFolderException.class, () -> rowsOf(data, CUSTOMERS));
    }

    private String problems() {
        DataFolderException e = assertThrows(DataFolderException.class, () -> DataFolder.open(folder));
        assertEquals(ErrorKind.USER, e.kind());
        return String.valueOf(e.getMessage());
    }

    private static List<@Nullable String> row(String fields) {
        return Arrays.stream(FolderFiles.withUuids(fields).split(",", -1))
                .<@Nullable String>map(field -> field.isEmpty() ? null : field)
                .toList();
    }

    private static List<List<@Nullable String>> rowsOf(StorefrontData data, StorefrontTable table) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        data.forEachRow(table, (tenant, values) -> rows.add(new ArrayList<>(values)));
        return rows;
    }
}
