package dev.rehome.across;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query has found of one tenant. Immutable.
 *
 * @param columns their names, in order, not necessarily different
 * @param rows numbers and booleans as such, everything else as PostgreSQL writes it; null where there is none
 * @param cut whether there were more rows than were wanted
 */
public record TenantRows(List<String> columns, List<List<@Nullable Object>> rows, boolean cut) {
    public TenantRows {
        columns = List.copyOf(columns);
        rows = rows.stream().map(TenantRows::copy).toList();
    }

    /** {@code List.copyOf} takes no nulls. */
    private static List<@Nullable Object> copy(List<@Nullable Object> row) {
        return Collections.unmodifiableList(new ArrayList<>(row));
    }
}
