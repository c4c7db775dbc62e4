package dev.rehome.fleet;

import dev.rehome.placement.Home;
import dev.rehome.placement.HomeColumns;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The tenants that are being created, as the directory has them. Each method is a part of the caller's transaction. */
final class Creations {
    private static final String COLUMNS =
            "select tenant_id, tier, server_name, database_name, schema_name, home_existed"
                    + " from rehome_directory.tenant_creation where ";

    private Creations() {}

    /**
     * A creation that has not ended.
     *
     * @param homeExisted whether the home was there before, so that it is not dropped if the creation comes to nothing
     */
    record Creation(TenantId tenant, Home home, boolean homeExisted) {}

    /** Writes down that the tenant is about to be created, unless that is written already. */
    static void begin(Connection connection, Creation creation, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into rehome_directory.tenant_creation (tier, server_name, database_name, schema_name, home_existed, tenant_id, name)"
                        + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            bind(statement, creation);
            statement.setString(7, name);
            statement.executeUpdate();
        }
    }

    /** Whether the directory has the tenant by now. */
    static boolean isPlaced(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from rehome_directory.placement where tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private static void bind(PreparedStatement statement, Creation creation) throws SQLException {
        HomeColumns.bind(statement, 1, creation.home());
        statement.setBoolean(5, creation.homeExisted());
        statement.setObject(6, creation.tenant().value());
    }

    /** The tenant's, held until the transaction ends: waits for whoever holds it. */
    static Optional<Creation> hold(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + "tenant_id = ? for update")) {
            statement.setObject(1, tenant.value());
            return read(statement);
        }
    }

    /** The oldest that nobody is at, held until the transaction ends. */
    static Optional<Creation> holdOlderThan(Connection connection, Duration age) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                COLUMNS
                        + "begun_at <= current_timestamp - ? * interval '1 millisecond' order by begun_at limit 1 for update skip locked")) {
            statement.setLong(1, age.toMillis());
            return read(statement);
        }
    }

    static void end(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from rehome_directory.tenant_creation where tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            statement.executeUpdate();
        }
    }

    private static Optional<Creation> read(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new Creation(
                            TenantId.of(row.getObject(1, UUID.class)), HomeColumns.read(row, 2), row.getBoolean(6)))
                    : Optional.empty();
        }
    }
}
