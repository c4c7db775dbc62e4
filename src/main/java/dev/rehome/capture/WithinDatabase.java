package dev.rehome.capture;

import dev.rehome.jdbc.Durability;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Both homes in one database: the server copies the rows itself, and all is one transaction. */
final class WithinDatabase implements Applier {
    private static final String CHANGED = "rehome.change where tenant_id = ? and table_name = ?";

    private final Connection connection;
    private final TenantId tenant;
    private final Home from;
    private final Home to;
    /** With the types as this connection has to name them, which for a home's own types differs from the source's. */
    private final TenantTables atTarget;

    private WithinDatabase(Connection connection, TenantId tenant, Home from, Home to, TenantTables atTarget) {
        this.connection = connection;
        this.tenant = tenant;
        this.from = from;
        this.to = to;
        this.atTarget = atTarget;
    }

    static WithinDatabase open(Connection connection, String tenantColumn, TenantId tenant, Home from, Home to)
            throws SQLException {
        Applier.requireSuitableForeignKeys(connection, to.schema());
        return new WithinDatabase(
                connection, tenant, from, to, TenantTables.read(connection, to.schema(), tenantColumn));
    }

    @Override
    public long apply(List<TenantTable> parentsFirst, TouchedKeys keys, Durability durability) throws SQLException {
        Pipeline pipeline = new Pipeline(connection);
        for (TenantTable table : parentsFirst) {
            TenantTable target = atTarget.get(table.name());
            pipeline.then(Applier.delete(target, to.schema(), changed(target, keys)), bound(target, keys));
        }
        for (TenantTable table : parentsFirst) {
            String rows = Applier.changedRows(table, from.schema(), changed(table, keys));
            pipeline.then(Applier.insert(table, to.schema(), values(table), rows), bound(table, keys));
        }
        return Applier.written(pipeline, parentsFirst.size());
    }

    private static String changed(TenantTable table, TouchedKeys keys) {
        return keys.overflow() ? Applier.changedKeys(table, CHANGED) : Applier.givenKeys(table);
    }

    private List<?> bound(TenantTable table, TouchedKeys keys) {
        return keys.overflow() ? List.of(tenant.value(), table.name()) : Applier.given(table, keys);
    }

    /** The source's columns; what is of a type of the source's own becomes the target's type of the same name. */
    private String values(TenantTable table) {
        List<Column> targets = atTarget.get(table.name()).columns();
        List<String> values = new ArrayList<>();
        for (Column column : table.columns()) {
            String value = "s." + SqlNames.quote(column.name());
            Column target = targets.stream()
                    .filter(c -> c.name().equals(column.name()))
                    .findFirst()
                    .orElse(column);
            values.add(target.type().equals(column.type()) ? value : value + "::text::" + target.type());
        }
        return String.join(", ", values);
    }

    @Override
    public void close() {
        // The connection is the caller's.
    }
}
