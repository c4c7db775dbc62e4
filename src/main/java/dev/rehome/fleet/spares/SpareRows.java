package dev.rehome.fleet.spares;

import dev.rehome.placement.Home;
import dev.rehome.placement.HomeColumns;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The stock as the directory has it. Each method is a part of the caller's transaction. */
final class SpareRows {
    private static final String COLUMNS =
            "spare_id, tier, server_name, database_name, schema_name from rehome_directory.spare_home";
    /** What can become the home: a schema in its database, or a database on its server with its schema. */
    private static final String FITTING =
            " tier = ? and server_name = ? and case tier when 'SCHEMA' then database_name = ? else schema_name = ? end";

    private SpareRows() {}

    enum State {
        MAKING,
        READY,
        TAKEN,
        DROPPING
    }

    /** How many there are, or are being made, that could become such a home. */
    static int count(Connection connection, Home like) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select count(*) from rehome_directory.spare_home where state in ('MAKING', 'READY') and" + FITTING)) {
            HomeColumns.bind(statement, 1, like);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Keeps two processes that look how many there are from both adding what is missing. Until the transaction ends. */
    static void lockStock(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended('rehome spares', 0))")) {
            statement.execute();
        }
    }

    static void add(Connection connection, SpareHome spare) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into rehome_directory.spare_home (spare_id, tier, server_name, database_name, schema_name, state)"
                        + " values (?, ?, ?, ?, ?, 'MAKING')")) {
            statement.setObject(1, spare.id());
            HomeColumns.bind(statement, 2, spare.home());
            statement.executeUpdate();
        }
    }

    /** One in this state that nobody else holds, the oldest first, held until the transaction ends. */
    static Optional<SpareHome> hold(Connection connection, State state, Home like) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select " + COLUMNS + " where state = ? and"
                + FITTING + " order by written_at, spare_id limit 1 for update skip locked")) {
            statement.setString(1, state.name());
            HomeColumns.bind(statement, 2, like);
            return read(statement);
        }
    }

    /** A ready one, held until the transaction ends; empty if another process holds it, or has taken it. */
    static Optional<SpareHome> hold(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select " + COLUMNS + " where spare_id = ? and state = 'READY' for update skip locked")) {
            statement.setObject(1, id);
            return read(statement);
        }
    }

    static List<UUID> ready(Connection connection, Home like) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select spare_id from rehome_directory.spare_home where state = 'READY' and" + FITTING)) {
            HomeColumns.bind(statement, 1, like);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getObject(1, UUID.class));
                }
            }
        }
        return ids;
    }

    static Optional<SpareHome> takenBy(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + COLUMNS + " where state = 'TAKEN' and tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            return read(statement);
        }
    }

    /** What was promised to a tenant that nobody creates any more is dropped, if it still has its own name. */
    static void releaseForgotten(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update rehome_directory.spare_home s set state = 'DROPPING', tenant_id = null where state = 'TAKEN'"
                        + " and written_at < current_timestamp - interval '1 hour' and not exists"
                        + " (select from rehome_directory.tenant_creation c where c.tenant_id = s.tenant_id)")) {
            statement.executeUpdate();
        }
    }

    static void become(Connection connection, UUID id, State state) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update rehome_directory.spare_home set state = ?, written_at = current_timestamp where spare_id = ?")) {
            statement.setString(1, state.name());
            statement.setObject(2, id);
            statement.executeUpdate();
        }
    }

    static void take(Connection connection, UUID id, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update rehome_directory.spare_home set state = 'TAKEN', tenant_id = ?, written_at = current_timestamp"
                        + " where spare_id = ?")) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, id);
            statement.executeUpdate();
        }
    }

    static void remove(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from rehome_directory.spare_home where spare_id = ?")) {
            statement.setObject(1, id);
            statement.executeUpdate();
        }
    }

    private static Optional<SpareHome> read(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new SpareHome(row.getObject(1, UUID.class), HomeColumns.read(row, 2)))
                    : Optional.empty();
        }
    }
}
