package dev.rehome.placement;

import static java.util.Comparator.comparing;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The host names of tenants, in the directory. A name is a whole one ({@code www.acme.example}) or a single label
 * ({@code acme}), which stands for the tenant below a domain of the operator's, in a path or in a header. Thread-safe.
 */
public final class JdbcTenantHosts implements TenantNames {
    /** Waits for whoever assigns or releases the host at the same time. */
    private static final String ASSIGN =
            "insert into rehome_directory.tenant_host (host, tenant_id) values (?, ?) on conflict do nothing";

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
        return connections.transact(connection -> find(connection, host));
    }

    private static Optional<TenantId> find(Connection connection, HostName host) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select tenant_id from rehome_directory.tenant_host where host = ?")) {
            statement.setString(1, host.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(TenantId.of(row.getObject(1, UUID.class))) : Optional.empty();
            }
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

    /**
     * Gives the hosts to the tenant: all of them, or none if one cannot be had. What it has already, it keeps. Processes that
     * have looked for one before learn of it when their memory of unknown names ends ({@link CachedTenantNames}).
     *
     * @param by who does it, for the audit
     * @throws UnknownTenantException if there is no such tenant
     * @throws RehomeException (USER) if one is another tenant's, which has to give it up first
     */
    public void assign(TenantId tenant, Collection<HostName> hosts, String by) {
        change(tenant, connection -> {
            // In the same order for everybody, so that nobody waits in a circle for whoever assigns the same ones now.
            for (HostName host :
                    hosts.stream().sorted(comparing(HostName::value)).toList()) {
                if (write(connection, ASSIGN, host, tenant) == 1) {
                    note(connection, tenant, "ASSIGN_HOST", host, by);
                    continue;
                }
                Optional<TenantId> owner = find(connection, host);
                if (!owner.equals(Optional.of(tenant))) {
                    throw new RehomeException(
                            ErrorKind.USER,
                            "Host " + host + " is "
                                    + owner.map(other -> "tenant " + other).orElse("another tenant")
                                    + "'s, so nothing was assigned. Release it there first.");
                }
            }
        });
    }

    /**
     * Takes the hosts from the tenant: all of them, or none if one is not its. Processes that know one forget it in their time.
     *
     * @param by who does it, for the audit
     * @throws UnknownTenantException if there is no such tenant
     * @throws RehomeException (USER) if one is not the tenant's
     */
    public void release(TenantId tenant, Collection<HostName> hosts, String by) {
        change(tenant, connection -> {
            for (HostName host : hosts) {
                if (write(
                                connection,
                                "delete from rehome_directory.tenant_host where host = ? and tenant_id = ?",
                                host,
                                tenant)
                        == 0) {
                    throw new RehomeException(
                            ErrorKind.USER,
                            "Host " + host + " is not tenant " + tenant + "'s, so nothing was released.");
                }
                note(connection, tenant, "RELEASE_HOST", host, by);
            }
        });
    }

    private interface Step {
        void on(Connection connection) throws SQLException;
    }

    /** One at a time with a tenant, and not while it is being deleted. */
    private void change(TenantId tenant, Step step) {
        connections.transact(connection -> {
            try (PreparedStatement lock = connection.prepareStatement(
                    "select tenant_id from rehome_directory.tenant where tenant_id = ? for update")) {
                lock.setObject(1, tenant.value());
                try (ResultSet row = lock.executeQuery()) {
                    if (!row.next()) {
                        throw new UnknownTenantException(tenant);
                    }
                }
            }
            step.on(connection);
            return tenant;
        });
    }

    private static int write(Connection connection, String sql, HostName host, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, host.value());
            statement.setObject(2, tenant.value());
            return statement.executeUpdate();
        }
    }

    private static void note(Connection connection, TenantId tenant, String action, HostName host, String by)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.tenant_host_journal"
                + " (tenant_id, action, host, by_whom) values (?, ?, ?, ?)")) {
            insert.setObject(1, tenant.value());
            insert.setString(2, action);
            insert.setString(3, host.value());
            insert.setString(4, by);
            insert.executeUpdate();
        }
    }
}
