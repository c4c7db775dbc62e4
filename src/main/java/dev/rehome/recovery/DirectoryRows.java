package dev.rehome.recovery;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.LifeOperation;
import dev.rehome.life.LifeState;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Placement;
import dev.rehome.recovery.DirectoryRebuild.Found;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Tenants as a rebuilt directory gets them: all in one transaction, so that it has all of them or none. */
final class DirectoryRows {
    private static final String TENANT = "insert into rehome_directory.tenant (tenant_id, name) values (?, ?)";
    private static final String PLACEMENT = "insert into rehome_directory.placement"
            + " (tenant_id, tier, server_name, database_name, schema_name, epoch) values (?, ?, ?, ?, ?, ?)";
    private static final String LIFE = "insert into rehome_directory.tenant_life"
            + " (tenant_id, state, lease_no, last_epoch, file_path, file_sha256) values (?, ?, ?, ?, ?, ?)";
    private static final String HOST =
            "insert into rehome_directory.tenant_host (host, tenant_id) values (?, ?) on conflict do nothing";
    private static final String NOTE = "insert into rehome_directory.life_journal"
            + " (tenant_id, entry_no, by_whom, operation, note)"
            + " select ?, coalesce(max(entry_no), 0) + 1, session_user, ?, ? from rehome_directory.life_journal where tenant_id = ?";

    private final ConnectionSource connections;

    DirectoryRows(ConnectionSource connections) {
        this.connections = connections;
    }

    /** Those that the directory has ever heard of; none if there is no directory. */
    Set<TenantId> tenants() {
        return connections.transact(connection -> {
            Set<TenantId> tenants = new LinkedHashSet<>();
            if (!exists(connection)) {
                return tenants;
            }
            try (PreparedStatement statement =
                            connection.prepareStatement("select tenant_id from rehome_directory.tenant"
                                    + " union select tenant_id from rehome_directory.tenant_life");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tenants.add(TenantId.of(row.getObject(1, UUID.class)));
                }
            }
            return tenants;
        });
    }

    private static boolean exists(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select to_regclass('rehome_directory.tenant_life') is not null");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    void write(List<Found> all) {
        connections.transact(connection -> {
            try (PreparedStatement tenant = connection.prepareStatement(TENANT);
                    PreparedStatement placement = connection.prepareStatement(PLACEMENT);
                    PreparedStatement life = connection.prepareStatement(LIFE);
                    PreparedStatement host = connection.prepareStatement(HOST);
                    PreparedStatement note = connection.prepareStatement(NOTE)) {
                for (Found each : all) {
                    UUID id = each.tenant().value();
                    tenant.setObject(1, id);
                    tenant.setString(2, each.name());
                    tenant.addBatch();
                    if (each.placement().isPresent()) {
                        bind(placement, each.placement().get());
                        placement.addBatch();
                    }
                    if (bindLife(life, each)) {
                        life.addBatch();
                    }
                    for (String name : each.hosts()) {
                        host.setString(1, name);
                        host.setObject(2, id);
                        host.addBatch();
                    }
                    note.setObject(1, id);
                    note.setString(2, LifeOperation.SETTLE.name());
                    note.setString(
                            3,
                            "the directory was rebuilt: "
                                    + each.placement()
                                            .map(found -> "found in " + found.home() + " at epoch " + found.epoch())
                                            .orElse("its archive was found"));
                    note.setObject(4, id);
                    note.addBatch();
                }
                for (PreparedStatement statement : List.of(tenant, placement, life, host, note)) {
                    statement.executeBatch();
                }
            }
            return all;
        });
    }

    private static void bind(PreparedStatement statement, Placement placement) throws SQLException {
        statement.setObject(1, placement.tenant().value());
        HomeColumns.bind(statement, 2, placement.home());
        statement.setLong(6, placement.epoch().value());
    }

    /** Leases only grow, so whoever is the next to work at the tenant has to begin behind the last. Says whether there is anything. */
    private static boolean bindLife(PreparedStatement statement, Found each) throws SQLException {
        LifeState state = each.archive().isPresent()
                ? LifeState.ARCHIVED
                : each.suspended() ? LifeState.SUSPENDED : LifeState.ACTIVE;
        if (state == LifeState.ACTIVE && each.leaseNo() == 0) {
            return false;
        }
        statement.setObject(1, each.tenant().value());
        statement.setString(2, state.name());
        statement.setLong(3, each.leaseNo());
        statement.setLong(
                4, each.placement().map(placement -> placement.epoch().value()).orElse(each.lastEpoch()));
        Optional<String> path = each.archive().map(archive -> archive.file().toString());
        statement.setString(5, path.orElse(null));
        statement.setString(6, each.archive().map(archive -> archive.sha256()).orElse(null));
        return true;
    }
}
