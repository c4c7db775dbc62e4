package dev.rehome.statistics;

import java.util.Map;

/** How large a tenant is: its rows by table, and its bytes on the disk. Immutable. */
record TenantSize(Map<String, Long> rows, long bytes) {
    TenantSize {
        rows = Map.copyOf(rows);
    }

    long totalRows() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
