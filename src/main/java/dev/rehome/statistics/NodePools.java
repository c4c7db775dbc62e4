package dev.rehome.statistics;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * What the processes that measure tell of their own connections. Who has ended, or has missed {@value #MISSED} pushes, is left out.
 * Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class NodePools {
    private static final int MISSED = 5;
    private static final String POOLS = """
            select n.node, n.pushed_at, p.server_name, p.connection_limit, p.in_use, p.idle, p.waiting, p.longest_wait_millis,
                   p.time_outs, p.down
              from rehome_directory.node_pool p join rehome_directory.statistics_node n using (node)
             where n.ended_at is null and n.pushed_at >= now() - ? * n.interval_millis * interval '1 millisecond'
             order by n.node, p.server_name""";

    private final ConnectionSource connections;

    public NodePools(ConnectionSource connections) {
        this.connections = connections;
    }

    /** By process and server. */
    public List<NodePool> list() {
        return connections.transact(connection -> {
            List<NodePool> pools = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(POOLS)) {
                statement.setInt(1, MISSED);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        pools.add(new NodePool(
                                row.getString(1),
                                row.getObject(2, OffsetDateTime.class).toInstant(),
                                row.getString(3),
                                row.getInt(4),
                                row.getInt(5),
                                row.getInt(6),
                                row.getInt(7),
                                Duration.ofMillis(row.getLong(8)),
                                row.getLong(9),
                                row.getBoolean(10)));
                    }
                }
            }
            return pools;
        });
    }
}
