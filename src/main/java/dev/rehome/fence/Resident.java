package dev.rehome.fence;

import dev.rehome.placement.Epoch;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What a database says about a tenant, as somebody reads it who only looks. Immutable.
 *
 * @param placement where the tenant lives as far as this database knows: in it, or elsewhere
 * @param here whether it lives in this database, suspended or not
 * @param suspended whether it lives in this database, which refuses its transactions
 * @param captured whether what is written here is recorded for a move
 * @param arrivingEpoch at which it is about to arrive here, 0 if it is not
 */
public record Resident(Placement placement, boolean here, boolean suspended, boolean captured, long arrivingEpoch) {
    private static final String ALL =
            "select tenant_id, tier, server_name, database_name, schema_name, epoch, state <> 'MOVED',"
                    + " state = 'SUSPENDED', capture, coalesce(arriving_epoch, 0) from rehome.residency";
    private static final int FETCH_SIZE = 5_000;

    /** All tenants that the connection's database has heard of, in a transaction of the caller's. */
    public static Map<TenantId, Resident> all(Connection connection) throws SQLException {
        Map<TenantId, Resident> residents = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setFetchSize(FETCH_SIZE);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    TenantId tenant = TenantId.of(row.getObject(1, UUID.class));
                    residents.put(
                            tenant,
                            new Resident(
                                    new Placement(tenant, HomeColumns.read(row, 2), new Epoch(row.getLong(6))),
                                    row.getBoolean(7),
                                    row.getBoolean(8),
                                    row.getBoolean(9),
                                    row.getLong(10)));
                }
            }
        }
        return residents;
    }
}
