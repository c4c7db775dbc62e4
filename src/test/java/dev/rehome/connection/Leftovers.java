package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantContext;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.util.Optional;

/** What a request must not leave behind, however it ended: a connection, a transaction, a lock, a context. */
final class Leftovers {
    private Leftovers() {}

    static void assertNone(TenantConnections connections, TestFleet fleet) throws SQLException {
        assertNone(connections, fleet, fleet.sharedHome());
    }

    /** @param home in whose database it is looked for */
    static void assertNone(TenantConnections connections, TestFleet fleet, Home home) throws SQLException {
        assertEquals(Optional.empty(), TenantContext.current());
        assertEquals(0, connections.inUse(), "connections handed out");
        for (ServerFigures figures : connections.figures()) {
            assertEquals(0, figures.inUse(), figures::toString);
            assertEquals(0, figures.waiting(), () -> "waiting: " + figures);
        }
        assertEquals(0, connections.pools().permitsTaken(), "permits taken");
        assertEquals(
                0,
                fleet.count(
                        home,
                        "select count(*) from pg_stat_activity where usename = 'rehome_app' and datname = current_database()"
                                + " and xact_start is not null"),
                "transactions left open");
        assertEquals(
                0,
                fleet.count(
                        home,
                        "select count(*) from pg_locks where locktype = 'advisory'"
                                + " and database = (select oid from pg_database where datname = current_database())"),
                "advisory locks left");
    }
}
