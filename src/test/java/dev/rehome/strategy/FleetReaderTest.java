package dev.rehome.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetReaderTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    private TestFleet fleet;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void aTenantIsReadWithEverythingThatSpeaksForOrAgainstAMove() throws SQLException {
        TenantId plain = fleet.createTenant(Tier.SHARED);
        TenantId suspended = fleet.createTenant(Tier.SHARED);
        TenantId moving = fleet.createTenant(Tier.SHARED);
        TenantId measured = fleet.createTenant(Tier.SCHEMA);
        fleet.execute("insert into rehome_directory.tenant_life (tenant_id, state) values ('" + suspended
                + "', 'SUSPENDED'), ('" + plain + "', 'ACTIVE')");
        move(moving, "BACKFILL", null);
        fleet.measured(measured, 1, 7);

        assertEquals(NOW, read().now());
        assertEquals(
                new TenantFacts(
                        fleet.directory().find(plain).orElseThrow(), true, false, Optional.empty(), Optional.empty()),
                facts(plain));
        assertEquals(false, facts(suspended).active());
        assertEquals(true, facts(moving).inMove());
        assertEquals(7, facts(measured).statistics().orElseThrow().rowsOf("orders"));
        assertEquals(3, read().tiers().get(Tier.SHARED));
    }

    @Test
    void theLatestMoveCountsAsTheWayThatItWentInTheEnd() throws SQLException {
        TenantId moved = fleet.createTenant(Tier.SHARED);
        TenantId back = fleet.createTenant(Tier.SHARED);
        TenantId cancelled = fleet.createTenant(Tier.SHARED);
        move(moved, "ROLLED_BACK", "2026-03-01T00:00:00Z");
        move(moved, "DONE", "2026-03-02T00:00:00Z");
        move(back, "DONE", "2026-03-01T00:00:00Z");
        move(back, "ROLLED_BACK", "2026-03-02T00:00:00Z");
        move(cancelled, "CANCELLED", "2026-03-02T00:00:00Z");

        assertEquals(latest(Tier.SHARED, Tier.DATABASE), facts(moved).latestMove());
        assertEquals(latest(Tier.DATABASE, Tier.SHARED), facts(back).latestMove());
        assertEquals(latest(Tier.SHARED, Tier.SHARED), facts(cancelled).latestMove());
    }

    private static Optional<EarlierMove> latest(Tier from, Tier to) {
        return Optional.of(new EarlierMove(from, to, Instant.parse("2026-03-02T00:00:00Z"), Optional.empty()));
    }

    private void move(TenantId tenant, String phase, @Nullable String finished) throws SQLException {
        fleet.execute(
                "insert into rehome_directory.move (move_id, tenant_id, phase, from_tier, from_server, from_database,"
                        + " from_schema, from_epoch, to_tier, to_server, to_database, to_schema, finished_at) values"
                        + " (gen_random_uuid(), '" + tenant + "', '" + phase
                        + "', 'SHARED', 'default', 'a', 'shared', 1, 'DATABASE',"
                        + " 'default', 'b', 'storefront', " + (finished == null ? "null" : "'" + finished + "'") + ")");
    }

    private TenantFacts facts(TenantId tenant) {
        return read().tenants().stream()
                .filter(each -> each.placement().tenant().equals(tenant))
                .findFirst()
                .orElseThrow();
    }

    private FleetFacts read() {
        ConnectionSource connections =
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test reader");
        return new FleetReader(fleet.directory(), fleet.journal(), connections, Clock.fixed(NOW, ZoneOffset.UTC))
                .read();
    }
}
