package dev.rehome.dashboard;

import dev.rehome.config.StrategyConfig;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who holds connections to each server, as the server itself counts: those of all processes, which no process alone knows. Thread-safe.
 */
final class ServerLooks {
    private static final String APPLICATION = "rehome dashboard";
    private static final int STATEMENT_MILLIS = 3_000;
    /** What a session does is its own role's to see; who holds it is everybody's. */
    private static final String CONNECTIONS = """
            select coalesce(usename, '?'), coalesce(nullif(application_name, ''), '(no name)'), count(*)
              from pg_stat_activity where datid is not null group by 1, 2 order by 3 desc, 1, 2""";

    private static final String LIMITS = """
            select current_setting('server_version'), current_setting('max_connections')::int
                   - current_setting('superuser_reserved_connections')::int - current_setting('reserved_connections')::int,
                   (select count(*) from pg_database where not datistemplate)""";

    private ServerLooks() {}

    /** So many connections of one application under one role. */
    record Holder(String role, String application, long connections) {}

    /**
     * A server.
     *
     * @param problem why nothing else is known
     * @param usable connections that those who are no administrators can have in all
     * @param perProcess what one process of an application may have (max_connections_per_server)
     * @param byRole connections by Rehome's role, and those of others
     */
    record Look(
            String server,
            String region,
            boolean pooler,
            @Nullable String problem,
            @Nullable String version,
            int usable,
            long inUse,
            long databases,
            int perProcess,
            int perTenant,
            Map<String, Long> byRole,
            List<Holder> holders) {}

    static List<Look> at(StrategyConfig strategy) {
        Servers servers = strategy.servers();
        return servers.all().stream()
                .map(server -> look(strategy, servers, server))
                .toList();
    }

    private static Look look(StrategyConfig strategy, Servers servers, Server server) {
        // Not the database of a home, which could not be dropped while somebody is connected.
        Database database = new Database(server.name(), server.url().database());
        int perProcess = strategy.databases().maxConnectionsPerServer();
        int perTenant = strategy.databases().maxConnectionsPerTenant();
        try (Connection connection = servers.open(database, "public", DatabaseRole.MOVER, APPLICATION);
                Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = " + STATEMENT_MILLIS);
            List<Holder> holders = new ArrayList<>();
            Map<String, Long> byRole = new TreeMap<>();
            long inUse = 0;
            try (ResultSet row = statement.executeQuery(CONNECTIONS)) {
                while (row.next()) {
                    Holder holder = new Holder(row.getString(1), row.getString(2), row.getLong(3));
                    holders.add(holder);
                    byRole.merge(role(server, holder.role()), holder.connections(), Long::sum);
                    inUse += holder.connections();
                }
            }
            try (ResultSet row = statement.executeQuery(LIMITS)) {
                row.next();
                return new Look(
                        server.name(),
                        server.region(),
                        server.pooler().isPresent(),
                        null,
                        row.getString(1),
                        row.getInt(2),
                        inUse,
                        row.getLong(3),
                        perProcess,
                        perTenant,
                        byRole,
                        holders);
            }
        } catch (SQLException e) {
            return new Look(
                    server.name(),
                    server.region(),
                    server.pooler().isPresent(),
                    "It does not answer (SQLSTATE " + e.getSQLState() + "). Check that it is up and lets the mover in.",
                    null,
                    0,
                    0,
                    0,
                    perProcess,
                    perTenant,
                    Map.of(),
                    List.of());
        }
    }

    private static String role(Server server, String user) {
        return server.logins().entrySet().stream()
                .filter(login -> login.getValue().user().equals(user))
                .map(login -> login.getKey().name())
                .findFirst()
                .orElse("OTHERS");
    }
}
