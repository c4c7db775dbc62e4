package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import dev.rehome.storefront.StorefrontApplication;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The project's own entities under its own kit (R4). Two tenants of one tier are in {@link IsolationPageTest}. */
class StorefrontIsolationTest {

    @ParameterizedTest
    @CsvSource({"SHARED, SCHEMA", "SCHEMA, SHARED", "SHARED, DATABASE"})
    void noTenantReachesARowInAnotherTier(Tier victim, Tier attacker) throws SQLException {
        try (KitFleet fleet = KitFleet.of(new StorefrontApplication());
                TwoTenants tenants = fleet.twoTenants(victim, attacker)) {
            tenants.attacks().run().assertNothingCrossed();
        }
    }
}
