package dev.rehome.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProvisionerTest {

    @ParameterizedTest
    @EnumSource
    void aTenantThatExistsStaysWhereItIsWhateverTheConfigurationWishesNow(Product product) throws SQLException {
        try (TestFleet fleet = TestFleet.on(product)) {
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            Home wished = fleet.home(Tier.SCHEMA, tenant);

            Placement placement = fleet.provisioner().create(tenant, "test", wished);

            assertEquals(new Placement(tenant, fleet.sharedHome(), Epoch.FIRST), placement);
            assertFalse(fleet.homes().exists(wished));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCreationThatFailedBeforeTheDirectoryKnewOfItIsFinishedByTheNextOne(Tier tier) throws SQLException {
        try (TestFleet fleet = TestFleet.onPostgres();
                TenantConnections connections = fleet.connections(Limits.DEFAULT)) {
            TenantId tenant = fleet.createTenant(tier);
            TenantId late = TenantId.of(UUID.randomUUID());
            Home home = fleet.home(tier, late);
            Provisioner failing =
                    Provisioner.of(fleet.servers(), fleet.homes(), new FailingDirectory(fleet.directory()));
            assertThrows(IllegalStateException.class, () -> failing.create(late, "late", home));
            assertTrue(fleet.homes().exists(home));

            assertEquals(home, fleet.provisioner().create(late, "late", home).home());

            for (TenantId served : List.of(tenant, late)) {
                Connection connection = connections.acquire(served, TransactionMode.DEFAULT);
                connection.rollback();
                connections.release(connection);
            }
            if (tier != Tier.SHARED) {
                fleet.homes().drop(home);
            }
        }
    }

    /** Knows nothing and takes nothing in. */
    private record FailingDirectory(Directory real) implements Directory {
        @Override
        public Optional<Placement> find(TenantId tenant) {
            return real.find(tenant);
        }

        @Override
        public void add(Placement placement, String name) {
            throw new IllegalStateException("the directory is away");
        }

        @Override
        public void advance(Placement placement) {
            throw new IllegalStateException("the directory is away");
        }

        @Override
        public List<Placement> page(@Nullable TenantId after, int limit) {
            return real.page(after, limit);
        }
    }
}
