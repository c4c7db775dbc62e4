package dev.rehome.placement;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The host names of tenants, in the directory. A name is a whole one ({@code www.acme.example}) or a single label
 * ({@code acme}), which stands for the tenant below a domain of the operator's, in a path or in a header. Thread-safe.
 */
public final class JdbcTenantHosts implements TenantNames {
    private final ConnectionSource connections;

    public JdbcTenantHosts(ConnectionSource connections) {
        this.connections = connections;
    }

    /** Asks the directory each time; what is no host name is nobody's, and is not asked for. */
    @Override
    public Optional<TenantId> find(String name) {
        return HostName.parse(name).flatMap(this::find);
    }

    private Optional<TenantId> find(HostName host) {
        return connections.transact(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select tenant_id from rehome_directory.tenant_host where host = ?")) {
                statement.setString(1, host.value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(TenantId.of(row.getObject(1, UUID.class)))
                            : Optional.<TenantId>empty();
                }
            }
        });
    }

    /**
     * Gives the host to the tenant; does nothing if it has it. Processes that have looked for it before learn of it when their
     * memory of unknown names ends ({@link CachedTenantNames}).
     *
     * @throws RehomeException (USER) if it is another tenant's, which has to give it up first
     */
    public void assign(HostName host, TenantId tenant) {
        connections.transact(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into rehome_directory.tenant_host (host, tenant_id) select ?, ?"
                            + " where not exists (select 1 from rehome_directory.tenant_host where host = ?)")) {
                insert.setString(1, host.value());
                insert.setObject(2, tenant.value());
                insert.setString(3, host.value());
                return insert.executeUpdate();
            }
        });
        TenantId owner = find(host).orElse(tenant);
        if (!owner.equals(tenant)) {
            throw new RehomeException(
                    ErrorKind.USER, "Host " + host + " is tenant " + owner + "'s. Release it there first.");
        }
    }

    /** The tenant's hosts, in the order of their letters. */
    public List<HostName> of(TenantId tenant) {
        return connections.transact(connection -> {
            List<HostName> hosts = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select host from rehome_directory.tenant_host where tenant_id = ? order by host")) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        HostName.parse(row.getString(1)).ifPresent(hosts::add);
                    }
                }
            }
            return hosts;
        });
    }

    /** Takes the host from the tenant; does nothing if it is not its. Processes that know it forget it in their time. */
    public void release(HostName host, TenantId tenant) {
        connections.transact(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from rehome_directory.tenant_host where host = ? and tenant_id = ?")) {
                delete.setString(1, host.value());
                delete.setObject(2, tenant.value());
                return delete.executeUpdate();
            }
        });
    }
}
