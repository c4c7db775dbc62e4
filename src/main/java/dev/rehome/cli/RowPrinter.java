package dev.rehome.cli;

import dev.rehome.across.TenantRows;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints the rows of many tenants as they come, the tenant before each. For one thread. */
abstract class RowPrinter {
    static final String TENANT = "tenant";

    private @Nullable List<String> columns;

    /** @throws IOException if the output cannot be written */
    final void rows(TenantId tenant, TenantRows rows) throws IOException {
        if (columns == null) {
            columns = rows.columns();
            begin(columns, rows);
        }
        if (rows.columns().equals(columns)) {
            for (List<@Nullable Object> row : rows.rows()) {
                row(tenant, row);
            }
        } else {
            throw new IOException("The rows of tenant " + tenant + " have other columns than those before.");
        }
    }

    abstract void begin(List<String> header, TenantRows first) throws IOException;

    abstract void row(TenantId tenant, List<@Nullable Object> row) throws IOException;

    /** That a tenant could not be asked; it is said on the standard error too. */
    void failed(TenantId tenant, String message) throws IOException {}

    abstract void end(long done, long failed, long cut) throws IOException;

    final boolean hasBegun() {
        return columns != null;
    }
}
