package dev.rehome.verify;

import dev.rehome.jdbc.TenantTable;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The checksum of a tenant's rows in one table of one home, whoever the tenant is: the tenant's column is left out, so that the
 * same rows have the same checksum under another id. What equality means is {@link RowHash}'s.
 */
public final class TenantChecksum {
    private TenantChecksum() {}

    /** Has the connection write values as text in the one way that checksums are of. To be called once. */
    public static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(Side.SAME_TEXT);
        }
    }

    /**
     * Computes it in the server, in the caller's transaction.
     *
     * @param table as this home's connection describes it
     */
    public static Checksum of(Connection connection, TenantTable table, String schema, TenantId tenant)
            throws SQLException {
        TenantTable withoutTenant = new TenantTable(
                table.name(),
                table.tenantColumn(),
                table.columns().stream()
                        .filter(column -> !column.name().equals(table.tenantColumn()))
                        .toList(),
                table.key());
        try (PreparedStatement statement =
                connection.prepareStatement(new RowHash(withoutTenant, schema).checksum(KeyRange.ALL))) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Checksum(row.getLong(1), row.getBigDecimal(2).toBigIntegerExact());
            }
        }
    }
}
