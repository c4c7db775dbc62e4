package dev.rehome.connection;

import dev.rehome.measure.NodeNews;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

/** Tells the directory how the connections of this process stand at each server. Thread-safe. */
public final class PoolNews implements NodeNews {
    private static final String POOL = """
            insert into rehome_directory.node_pool
                   (node, server_name, connection_limit, in_use, idle, waiting, longest_wait_millis, time_outs, down)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (node, server_name) do update
                set connection_limit = excluded.connection_limit, in_use = excluded.in_use, idle = excluded.idle,
                    waiting = excluded.waiting, longest_wait_millis = excluded.longest_wait_millis,
                    time_outs = excluded.time_outs, down = excluded.down""";

    private final Supplier<List<ServerFigures>> figures;

    public PoolNews(Supplier<List<ServerFigures>> figures) {
        this.figures = figures;
    }

    @Override
    public void write(Connection connection, String node) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(POOL)) {
            for (ServerFigures each : figures.get()) {
                statement.setString(1, node);
                statement.setString(2, each.server());
                statement.setInt(3, each.limit());
                statement.setInt(4, each.inUse());
                statement.setInt(5, each.idle());
                statement.setInt(6, each.waiting());
                statement.setLong(7, each.longestWait().toMillis());
                statement.setLong(8, each.timeOuts());
                statement.setBoolean(9, each.down());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
