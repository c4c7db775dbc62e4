package dev.rehome.demo;

import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/**
 * Every order that a client was told is stored, kept outside the database, and looked for in the end. Thread-safe.
 */
final class Ledger {
    private static final String ORDERS = """
            select o.external_id, o.item_count = (select count(*) from order_items i
                                                   where i.storefront_id = o.storefront_id and i.order_id = o.id)
              from orders o
             where o.storefront_id = ? and o.external_id = any (?)""";

    private final ConcurrentMap<TenantId, Queue<String>> acknowledged = new ConcurrentHashMap<>();

    /**
     * What was found.
     *
     * @param found in the serving home, complete with their items
     * @param lost not there, or without all of their items
     * @param duplicated there more than once
     * @param misplaced in a home that does not serve the tenant
     */
    record Audit(long acknowledged, long found, long lost, long duplicated, long misplaced) {
        boolean isGood() {
            return found == acknowledged && lost == 0 && duplicated == 0 && misplaced == 0;
        }

        Audit plus(Audit other) {
            return new Audit(
                    acknowledged + other.acknowledged,
                    found + other.found,
                    lost + other.lost,
                    duplicated + other.duplicated,
                    misplaced + other.misplaced);
        }
    }

    /** Keeps an order by the external id that the client chose. */
    void stored(TenantId tenant, String orderExternalId) {
        acknowledged
                .computeIfAbsent(tenant, key -> new ConcurrentLinkedQueue<>())
                .add(orderExternalId);
    }

    Set<TenantId> tenants() {
        return acknowledged.keySet();
    }

    /**
     * Looks for the tenant's orders.
     *
     * @param serving sees all rows of the home that serves the tenant
     * @param others see all rows of the homes that do not
     */
    Audit audit(TenantId tenant, Connection serving, List<Connection> others) throws SQLException {
        List<String> orders = new ArrayList<>(acknowledged.getOrDefault(tenant, new ConcurrentLinkedQueue<>()));
        Map<String, Integer> complete = new HashMap<>();
        Map<String, Integer> there = new HashMap<>();
        look(serving, tenant, orders, there, complete);
        long found = orders.stream().filter(complete::containsKey).count();
        long duplicated = there.values().stream().filter(times -> times > 1).count();
        long misplaced = 0;
        for (Connection other : others) {
            Map<String, Integer> strays = new HashMap<>();
            look(other, tenant, orders, strays, new HashMap<>());
            misplaced += strays.size();
        }
        return new Audit(orders.size(), found, orders.size() - found, duplicated, misplaced);
    }

    private static void look(
            Connection home,
            TenantId tenant,
            List<String> orders,
            Map<String, Integer> there,
            Map<String, Integer> complete)
            throws SQLException {
        try (PreparedStatement statement = home.prepareStatement(ORDERS)) {
            statement.setObject(1, tenant.value());
            statement.setArray(2, home.createArrayOf("text", orders.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    there.merge(row.getString(1), 1, Integer::sum);
                    if (row.getBoolean(2)) {
                        complete.merge(row.getString(1), 1, Integer::sum);
                    }
                }
            }
        }
    }
}
