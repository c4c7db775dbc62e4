package dev.rehome.demo.data;

import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of some storefronts. Rows are not held in memory but made or read each time that they are asked for, and are
 * the same each time. Not thread-safe.
 */
public interface StorefrontData {
    /** Takes a row. */
    @FunctionalInterface
    interface RowConsumer {
        /** @param values in the order of the table's columns, in a form that PostgreSQL reads; valid during the call only */
        void accept(TenantId tenant, List<@Nullable String> values) throws SQLException;
    }

    /** All storefronts, those without any row but their own included. */
    List<Storefront> storefronts();

    /** How many rows the storefront has in the table. */
    long rows(StorefrontTable table, TenantId tenant);

    /**
     * Gives every row of the table, those of one storefront together, in one pass.
     *
     * @throws SQLException what the consumer throws
     */
    void forEachRow(StorefrontTable table, RowConsumer consumer) throws SQLException;

    /** How many rows the table has for all storefronts together. */
    default long rows(StorefrontTable table) {
        return storefronts().stream()
                .mapToLong(storefront -> rows(table, storefront.tenant()))
                .sum();
    }

    /** The storefront with the most rows, if there is any storefront. */
    default Optional<Storefront> largest() {
        return storefronts().stream().max(Comparator.comparingLong(this::allRows));
    }

    private long allRows(Storefront storefront) {
        long all = 0;
        for (StorefrontTable table : StorefrontTable.values()) {
            all += rows(table, storefront.tenant());
        }
        return all;
    }
}
