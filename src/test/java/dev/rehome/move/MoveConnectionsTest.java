package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opening connections is most of what a move of a few rows costs its servers. */
class MoveConnectionsTest {
    private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
    private final List<Connection> connections = Collections.synchronizedList(new ArrayList<>());

    @ParameterizedTest
    @CsvSource({"SCHEMA, 11", "DATABASE, 16"})
    void aMoveOpensOnlyWhatItNeedsAtTheSameTimeAndLeavesNothingOpen(Tier to, int most) throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Servers servers = fleet.servers().openedBy((url, properties) -> {
                Connection connection = DriverManager.getConnection(url, properties);
                opened.add(properties.getProperty("user") + ": " + properties.getProperty("ApplicationName"));
                connections.add(connection);
                return connection;
            });
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            Mover mover = fleet.mover(
                    servers, Unhurried.OPTIONS.toBuilder().soak(Duration.ZERO).build());
            Move move = mover.plan(tenant, fleet.home(to, tenant));
            opened.clear();
            mover.run(move, MoveListener.NONE);
            assertTrue(opened.size() <= most, () -> opened.size() + ": " + opened);
            assertEquals(0, stillOpen());
        }
    }

    private long stillOpen() throws SQLException {
        long open = 0;
        for (Connection connection : connections) {
            open += connection.isClosed() ? 0 : 1;
        }
        return open;
    }
}
