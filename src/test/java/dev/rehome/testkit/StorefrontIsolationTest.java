package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import dev.rehome.storefront.StorefrontApplication;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** On a server of the user's own, where every transaction gets another connection. */
    @ParameterizedTest
    @EnumSource
    void noTenantReachesARowThroughATransactionPooler(Tier tier) throws SQLException, IOException {
        try (TestFleet pooled = TestFleet.behindPgBouncer();
                KitFleet fleet = KitFleet.of(
                        new StorefrontApplication(), KitServer.of(pooled.servers(), pooled.control()), "attacked");
                TwoTenants tenants = fleet.twoTenants(tier)) {
            tenants.attacks().run().assertNothingCrossed();
        }
    }
}
