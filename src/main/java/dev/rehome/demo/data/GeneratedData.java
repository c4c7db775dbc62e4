package dev.rehome.demo.data;

import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Storefronts out of nothing, skewed like life: one has most of everything, and one has only just opened. The same seed and
 * size give the same rows, each computed from its number alone, so that nothing is held in memory. Texts, amounts and gaps
 * are as odd as in real data.
 */
public final class GeneratedData implements StorefrontData {
    /** Storefronts of the demo, unless it is told otherwise. */
    public static final int DEFAULT_STOREFRONTS = 30;
    /** Orders of its largest storefront; it has about three items to each. */
    public static final int DEFAULT_LARGEST_ORDERS = 20_000;

    /** The n-th largest storefront has 1/n^this of the largest one's orders. */
    private static final double SKEW = 1.6;

    private final List<Storefront> storefronts = new ArrayList<>();
    private final Map<TenantId, GeneratedStorefront> byTenant = new HashMap<>();

    public GeneratedData(long seed) {
        this(seed, DEFAULT_STOREFRONTS, DEFAULT_LARGEST_ORDERS);
    }

    /**
     * @param storefrontCount from 1
     * @param largestOrders orders of the largest storefront, from 0
     */
    public GeneratedData(long seed, int storefrontCount, int largestOrders) {
        if (storefrontCount < 1 || largestOrders < 0) {
            throw new IllegalArgumentException("There must be a storefront, and no negative number of orders.");
        }
        for (int rank = 1; rank <= storefrontCount; rank++) {
            boolean justOpened = rank == storefrontCount && rank > 1;
            int orders = justOpened ? 0 : (int) Math.round(largestOrders / Math.pow(rank, SKEW));
            GeneratedStorefront storefront = new GeneratedStorefront(seed, rank, orders);
            storefronts.add(storefront.description());
            byTenant.put(storefront.description().tenant(), storefront);
        }
    }

    @Override
    public List<Storefront> storefronts() {
        return List.copyOf(storefronts);
    }

    @Override
    public long rows(StorefrontTable table, TenantId tenant) {
        GeneratedStorefront storefront = byTenant.get(tenant);
        return storefront == null ? 0 : storefront.rows(table);
    }

    @Override
    public void forEachRow(StorefrontTable table, RowConsumer consumer) throws SQLException {
        for (Storefront storefront : storefronts) {
            GeneratedStorefront rows = byTenant.get(storefront.tenant());
            if (rows != null) {
                rows.forEachRow(table, values -> consumer.accept(storefront.tenant(), values));
            }
        }
    }
}
