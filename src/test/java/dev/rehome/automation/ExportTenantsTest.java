package dev.rehome.automation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StrategyFile;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.FleetFile;
import dev.rehome.testing.TestFleet;
import dev.rehome.watch.FleetState.FailedExport;
import dev.rehome.watch.FleetWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTenantsTest {
    /** In Berlin it is the night from the 9th to the 10th. */
    private static final Instant NIGHT = Instant.parse("2026-03-10T00:30:00Z");

    private static final Instant DAY = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private TestFleet fleet;
    private TenantId tenant;
    private TenantId other;
    private final ExportTenants duty = new ExportTenants();

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        tenant = fleet.createTenant(Tier.SHARED);
        other = fleet.createTenant(Tier.SCHEMA);
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void onceInAWindowEveryTenantIsWrittenIntoAFileOfThatNight() throws Exception {
        NodeTools night = tools(NIGHT);
        assertEquals(Duration.ofMinutes(150), duty.interval(night));
        assertEquals(Duration.ZERO, duty.interval(tools(DAY)), "no window is open");
        Path off = new FleetFile(fleet, folder).write().path();
        assertEquals(
                Duration.ZERO, duty.interval(NodeTools.of(StrategyFile.read(off), at(NIGHT))), "nobody asked for it");

        String outcome = duty.run(night, () -> true);

        assertTrue(outcome.startsWith("night 2026-03-09: 2 tenants written"), outcome);
        for (TenantId each : new TenantId[] {tenant, other}) {
            try (ExportFile file = ExportFile.open(file(each))) {
                assertEquals(each.toString(), file.manifest().tenant());
            }
        }
        String again = duty.run(night, () -> true);
        assertTrue(again.startsWith("night 2026-03-09: 0 tenants written (0.0 MB), 2 had been already"), again);
    }

    @Test
    void aTenantWithoutAFileIsAFailureThatIsSeenAndMendedInTheSameNight() throws Exception {
        Path inTheWay = Files.createDirectories(file(other)).resolve("something");
        Files.createFile(inTheWay);
        NodeTools night = tools(NIGHT);
        Duties duties = new Duties(directory());
        long token = duties.take(ExportTenants.NAME, "a", duty.interval(night), duty.retry(night), LEASE)
                .getAsLong();

        RehomeException failure = assertThrows(RehomeException.class, () -> duty.run(night, () -> true));

        assertEquals(ErrorKind.EXTERNAL, failure.kind());
        assertTrue(failure.getMessage().startsWith("1 tenants have no file of night 2026-03-09"), failure.getMessage());
        assertTrue(failure.getMessage().contains(other.toString()), failure.getMessage());
        assertTrue(Files.isRegularFile(file(tenant)));
        duties.failed(ExportTenants.NAME, token, failure.getMessage());
        assertEquals(
                Optional.of(new FailedExport(1, failure.getMessage())),
                new FleetWatch(directory()).look().failedExport());

        Files.delete(inTheWay);
        Files.delete(file(other));
        fleet.execute("update rehome_directory.duty set ended_at = ended_at - interval '16 minutes'");
        long next = duties.take(ExportTenants.NAME, "b", duty.interval(night), duty.retry(night), LEASE)
                .getAsLong();
        String outcome = duty.run(night, () -> true);
        duties.done(ExportTenants.NAME, next, outcome);
        assertTrue(outcome.contains("1 tenants written"), outcome);
        assertEquals(Optional.empty(), new FleetWatch(directory()).look().failedExport());
        assertFalse(duties.take(ExportTenants.NAME, "b", duty.interval(night), duty.retry(night), LEASE)
                .isPresent());
    }

    private Path file(TenantId each) {
        return folder.resolve("exports/2026-03-09").resolve(each + ".zip");
    }

    private NodeTools tools(Instant now) throws Exception {
        Path file = new FleetFile(fleet, folder)
                .write("exports: { directory: \"" + folder.resolve("exports")
                        + "\", window: \"23:00-05:00 Europe/Berlin\" }")
                .path();
        return NodeTools.of(StrategyFile.read(file), at(now));
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private ConnectionSource directory() {
        return () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test exports");
    }
}
