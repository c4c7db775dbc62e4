package dev.rehome.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The primary keys that some changes were about, by table. Holds at most {@link #LIMIT} keys; beyond that it knows only
 * that there were more, and whoever relied on it has to look at everything. Immutable.
 *
 * @param byTable a key is the texts of all the primary key's columns, in the key's order; empty after an overflow
 */
public record TouchedKeys(Map<String, Set<List<String>>> byTable, boolean overflow) {
    /** About 30 MB. */
    public static final int LIMIT = 100_000;

    public static final TouchedKeys NONE = new TouchedKeys(Map.of(), false);
    public static final TouchedKeys OVERFLOW = new TouchedKeys(Map.of(), true);

    public TouchedKeys {
        byTable = byTable.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
        if (overflow && !byTable.isEmpty()) {
            throw new IllegalArgumentException("After an overflow the keys are not known.");
        }
    }

    /** These keys and the other ones. */
    public TouchedKeys plus(TouchedKeys other) {
        if (overflow || other.overflow) {
            return OVERFLOW;
        }
        Map<String, Set<List<String>>> merged = new HashMap<>();
        byTable.forEach((table, keys) -> merged.put(table, new HashSet<>(keys)));
        other.byTable.forEach((table, keys) ->
                merged.computeIfAbsent(table, k -> new HashSet<>()).addAll(keys));
        return count(merged) > LIMIT ? OVERFLOW : new TouchedKeys(merged, false);
    }

    /** The table's keys, as far as they are known. */
    public Set<List<String>> of(String table) {
        return byTable.getOrDefault(table, Set.of());
    }

    /** The keys turned round: for each of a key's columns its texts, in the same order for all columns. */
    public static List<String[]> columns(Collection<List<String>> keys, int count) {
        List<String[]> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int column = i;
            columns.add(keys.stream().map(key -> key.get(column)).toArray(String[]::new));
        }
        return columns;
    }

    public boolean isEmpty() {
        return byTable.isEmpty() && !overflow;
    }

    /** How many keys are known: zero after an overflow. */
    public int count() {
        return count(byTable);
    }

    private static int count(Map<String, Set<List<String>>> byTable) {
        return byTable.values().stream().mapToInt(Set::size).sum();
    }
}
