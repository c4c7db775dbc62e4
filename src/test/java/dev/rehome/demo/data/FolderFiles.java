package dev.rehome.demo.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Seven small files without a fault, for tests to damage. In their texts a letter and a digit stand for a UUID: S1 and S2 are
 * storefronts, Cnn is a customer of storefront Sn and so on.
 */
final class FolderFiles {
    private static final Pattern NAME = Pattern.compile("\\b[SCAOIKL][0-9]{1,2}\\b");

    private final Map<StorefrontTable, String> texts = new EnumMap<>(Map.of(
            StorefrontTable.STOREFRONTS, """
            S1,S1,one,"One, and \"\"only\"\"\",GB,,Leeds,LS1,GBP,2020-01-01 00:00:00
            S2,S2,two,Zwei ü,,,,,EUR,
            """,
            StorefrontTable.CUSTOMERS, """
            S1,C11,ann,ann@example.com,2020-02-01 10:00:00
            S1,C12,,,2020-02-02 10:00:00
            S1,C13,,,2020-02-02 10:00:00
            S2,C21,ann,ann@example.com,2020-02-03 10:00:00
            """,
            StorefrontTable.CUSTOMER_ADDRESSES, """
            S1,A11,C11,LS1,Leeds,,,GB,2020-02-01 10:00:00
            S1,A12,C12,,,,,,2020-02-02 10:00:00
            S2,A21,C21,,München,"two
            lines",,DE,2020-02-03 10:00:00
            """,
            StorefrontTable.ORDERS, """
            S1,O11,1,C11,A11,completed,GBP,2,-3.125,,2020-03-01 10:00:00,,,,
            S1,O12,2,C12,A12,canceled,GBP,0,0,1.5,2020-03-02 10:00:00,2020-03-02 10:00:01,2020-03-03 10:00:00,2020-03-04 10:00:00,2020-03-05 10:00:00
            S2,O21,1,C21,A21,completed,EUR,1,5,,2020-03-03 10:00:00,,,,
            """,
            StorefrontTable.ORDER_ITEMS, """
            S1,I11,O11,1,POST,,,-1,1.125,,
            S1,I12,O11,2,m,food,"a, \"\"b\"\"\",2,-1,0.5,2020-03-02 10:00:00
            S2,I21,O21,1,POST,,,1,5,,
            """,
            StorefrontTable.SHOPPING_CARTS, """
            S1,K11,C11,O11,open,GBP,2020-04-01 10:00:00,2020-04-01 11:00:00
            """,
            StorefrontTable.CART_ITEMS, """
            S1,L11,K11,1,POST,3,1.25
            """));

    static UUID uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The text with the UUIDs that its names stand for. */
    static String withUuids(String text) {
        return NAME.matcher(text).replaceAll(match -> uuid(match.group()).toString());
    }

    String text(StorefrontTable table) {
        return table.columnNames().stream().reduce((a, b) -> a + "," + b).orElseThrow() + "\n"
                + Objects.requireNonNull(texts.get(table));
    }

    /** Replaces a text, which must be there, in the rows of a file. */
    FolderFiles replace(StorefrontTable table, String old, String replacement) {
        String text = Objects.requireNonNull(texts.get(table));
        if (!text.contains(old)) {
            throw new IllegalArgumentException(table + " has no '" + old + "'.");
        }
        texts.put(table, text.replace(old, replacement));
        return this;
    }

    FolderFiles append(StorefrontTable table, String rows) {
        texts.merge(table, rows, String::concat);
        return this;
    }

    Path write(Path folder) throws IOException {
        for (StorefrontTable table : StorefrontTable.values()) {
            Files.write(packed(folder, table), gzip(withUuids(text(table)).getBytes(StandardCharsets.UTF_8)));
        }
        return folder;
    }

    static Path packed(Path folder, StorefrontTable table) {
        return folder.resolve(table.tableName() + ".csv.gz");
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }
}
