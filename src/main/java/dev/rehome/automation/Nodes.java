package dev.rehome.automation;

import dev.rehome.automation.StrategyWatch.Standing;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes that look after the fleet, in the directory, for people. Thread-safe; failures of the database are
 * {@link RehomeException}s (EXTERNAL).
 */
public final class Nodes {
    private static final int PROBLEM_LENGTH = 4000;
    private static final String LIVES = """
            insert into rehome_directory.automation_node (node, strategy_digest, strategy_since, strategy_problem,
                strategy_problem_since, moves) values (?, ?, ?, ?, ?, ?)
            on conflict (node) do update
                set heard_at = clock_timestamp(), strategy_digest = excluded.strategy_digest,
                    strategy_since = excluded.strategy_since, strategy_problem = excluded.strategy_problem,
                    strategy_problem_since = excluded.strategy_problem_since, moves = excluded.moves""";
    private static final String FORGET =
            "delete from rehome_directory.automation_node where node = ? or heard_at < clock_timestamp() - interval '1 day'";

    private final ConnectionSource connections;

    public Nodes(ConnectionSource connections) {
        this.connections = connections;
    }

    /** All that have been heard of within a day and did not end in good order. */
    public List<NodeState> list() {
        return connections.transact(connection -> {
            List<NodeState> nodes = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                            "select * from rehome_directory.automation_node order by node");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    nodes.add(state(row));
                }
            }
            return nodes;
        });
    }

    void lives(String node, Standing standing, int moves) {
        connections.transact(connection -> {
            try (PreparedStatement put = connection.prepareStatement(LIVES)) {
                put.setString(1, node);
                put.setString(2, standing.digest());
                put.setTimestamp(3, Timestamp.from(standing.since()));
                put.setString(
                        4,
                        standing.problem()
                                .map(text -> text.length() > PROBLEM_LENGTH ? text.substring(0, PROBLEM_LENGTH) : text)
                                .orElse(null));
                put.setTimestamp(5, standing.problemSince().map(Timestamp::from).orElse(null));
                put.setInt(6, moves);
                return put.executeUpdate();
            }
        });
    }

    void ended(String node) {
        connections.transact(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
                delete.setString(1, node);
                return delete.executeUpdate();
            }
        });
    }

    private static NodeState state(ResultSet row) throws SQLException {
        return new NodeState(
                row.getString("node"),
                row.getTimestamp("started_at").toInstant(),
                row.getTimestamp("heard_at").toInstant(),
                row.getString("strategy_digest"),
                row.getTimestamp("strategy_since").toInstant(),
                Optional.ofNullable(row.getString("strategy_problem")),
                instant(row, "strategy_problem_since"),
                row.getInt("moves"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
