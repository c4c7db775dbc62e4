package dev.rehome.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeasurePushTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final long A_MILLISECOND = 1_000_000;
    private static final long AN_HOUR = 3_600;

    private TestFleet fleet;
    private TenantId tenant;
    private boolean directoryIsDown;

    @BeforeEach
    void begin() throws SQLException {
        fleet = TestFleet.onPostgres();
        tenant = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void end() throws SQLException {
        fleet.close();
    }

    @Test
    void whatProcessesSawAddsUpAndPushingTwiceCountsOnce() throws SQLException {
        Measures here = new Measures();
        Measures there = new Measures();
        try (MeasurePush one = push(here, "one");
                MeasurePush other = push(there, "other")) {
            work(here, 3);
            one.push(false);
            one.push(false);
            work(here, 1);
            one.push(false);
            work(there, 2);
            other.push(false);
        }
        assertEquals(6, sum("transactions"));
        assertEquals(6, sum("writing_transactions"));
        assertEquals(12, sum("written_rows"));
        assertEquals(6, sum("queries"));
        assertEquals(6_000, sum("query_micros"));
        assertEquals(2, fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.tenant_load"));
        assertEquals(
                2,
                fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from rehome_directory.statistics_node where ended_at is not null"));
    }

    @Test
    void aProcessHasMeasuredSinceItBeganAndNotSinceItFirstSaidSo() throws SQLException {
        try (MeasurePush push = push(new Measures(), "node")) {
            fleet.execute("create table between_begin_and_push as select clock_timestamp() as at");
            push.push(false);
        }
        assertEquals(
                1,
                fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from rehome_directory.statistics_node, between_begin_and_push"
                                + " where started_at < at and at < pushed_at"));
    }

    @Test
    void whatCouldNotBePushedIsInTheNextPush() throws SQLException {
        Measures measures = new Measures();
        try (MeasurePush push = push(measures, "node")) {
            work(measures, 1);
            push.push(false);
            directoryIsDown = true;
            work(measures, 1);
            assertThrows(RehomeException.class, () -> push.push(false));
            directoryIsDown = false;
            work(measures, 1);
            push.push(false);
            assertEquals(3, sum("transactions"));
        }
    }

    @Test
    void anHourEndsWithWhatWasPushedOfItAndTheRestIsOfTheNext() throws SQLException {
        Measures measures = new Measures();
        try (MeasurePush push = push(measures, "node")) {
            work(measures, 1);
            push.pushAt(0);
            work(measures, 2);
            push.pushAt(AN_HOUR);
            push.pushAt(2 * AN_HOUR);
            assertEquals(3, sum("transactions"));
            assertEquals(1, sum("transactions", 0));
            assertEquals(2, sum("transactions", AN_HOUR));
            assertEquals(1, measures.tenants());

            push.pushAt(3 * AN_HOUR);
            assertEquals(0, measures.tenants(), "was idle for an hour");
            work(measures, 1);
            push.pushAt(3 * AN_HOUR);
            assertEquals(1, sum("transactions", 3 * AN_HOUR));
            assertEquals(4, sum("transactions"));
        }
    }

    @Test
    void aTenantThatIsUnknownToTheDirectoryKeepsNobodyElseOut() throws SQLException {
        Measures measures = new Measures();
        try (MeasurePush push = push(measures, "node")) {
            measures.of(TenantId.of(UUID.randomUUID())).transacted(false);
            work(measures, 1);
            push.push(false);
        }
        assertEquals(1, sum("transactions"));
    }

    @Test
    void tenantsBeyondTheLimitAreCountedTogetherAndPushedForNobody() {
        Measures measures = new Measures(1);
        measures.of(tenant).transacted(false);
        TenantId other = TenantId.of(UUID.randomUUID());
        measures.of(other).transacted(false);
        measures.of(other).transacted(true);

        assertEquals(1, measures.tenants());
        assertEquals(2, measures.unmeasuredTransactions());
    }

    @Test
    void theRunTimeRoleWritesDownWhatItSawAndRemovesNothing() throws SQLException {
        Measures measures = new Measures();
        try (MeasurePush push = push(measures, "node")) {
            work(measures, 1);
            push.push(false);
        }
        for (String forbidden : new String[] {
            "delete from rehome_directory.tenant_load",
            "delete from rehome_directory.statistics_node",
            "select * from rehome_directory.tenant_size",
            "insert into rehome_directory.tenant_point select from rehome_directory.tenant_point"
        }) {
            try (Connection connection = open();
                    Statement statement = connection.createStatement()) {
                SQLException refused = assertThrows(SQLException.class, () -> statement.execute(forbidden), forbidden);
                assertTrue(SqlState.isPrivilegeMissing(refused), refused.getMessage());
            }
        }
    }

    @Test
    void figuresSayHowManyFailed() {
        Measures measures = new Measures();
        work(measures, 1);
        directoryIsDown = true;
        MeasurePush push = push(measures, "node");
        push.close();
        assertEquals(0, push.figures().pushes());
        assertEquals(1, push.figures().failures());
        assertEquals(1, push.figures().tenants());
    }

    private void work(Measures measures, int transactions) {
        for (int i = 0; i < transactions; i++) {
            TenantMeter meter = measures.of(tenant);
            meter.queried(A_MILLISECOND);
            meter.wrote(2);
            meter.transacted(true);
        }
    }

    private MeasurePush push(Measures measures, String node) {
        ConnectionSource directory = () -> {
            if (directoryIsDown) {
                throw new SQLException("it is down", "08006");
            }
            return open();
        };
        return new MeasurePush(directory, measures, NodeNews.NONE, node, NEVER);
    }

    private Connection open() throws SQLException {
        return fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.APP, "test");
    }

    private long sum(String column) throws SQLException {
        return fleet.count(
                fleet.sharedHome(), "select coalesce(sum(" + column + "), 0) from rehome_directory.tenant_load");
    }

    private long sum(String column, long hour) throws SQLException {
        return fleet.count(
                fleet.sharedHome(),
                "select coalesce(sum(" + column + "), 0) from rehome_directory.tenant_load where hour = to_timestamp("
                        + hour + ")");
    }
}
