package dev.rehome.connection;

import dev.rehome.fence.Fence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections do once what every first transaction on a connection pays for: the server reads the definitions of the home's
 * tables, policies and of {@code rehome.enter}. Changes nothing and reads no row. For one home; used by one thread.
 */
final class FirstUse {
    private final Fence fence;
    private final Placement placement;
    private final String tenantColumn;
    private @Nullable TenantTables tables;

    /** @param placement the home, at an epoch at which the tenant is not there; it is refused then, which takes as much as admission */
    FirstUse(Fence fence, Placement placement, String tenantColumn) {
        this.fence = fence;
        this.placement = placement;
        this.tenantColumn = tenantColumn;
    }

    /** @param connection in no transaction, and in none afterwards */
    void on(Connection connection) throws SQLException {
        try {
            fence.enter(connection, placement, TransactionMode.DEFAULT);
            connection.rollback();
            String schema = placement.home().schema();
            if (tables == null) {
                tables = TenantTables.read(connection, schema, tenantColumn);
            }
            Pipeline pipeline = new Pipeline(connection);
            if (placement.home().tier() == Tier.SCHEMA) {
                pipeline.then("set local role " + SqlNames.quote(schema));
            }
            for (TenantTable table : tables) {
                pipeline.then("select from " + table.in(schema) + " limit 0");
            }
            pipeline.execute();
        } finally {
            connection.rollback();
        }
    }
}
