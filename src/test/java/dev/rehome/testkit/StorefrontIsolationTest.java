package dev.rehome.testkit;

import dev.rehome.storefront.StorefrontApplication;

/** The project's own entities under its own kit (R4). */
@TestsOf(StorefrontApplication.class)
class StorefrontIsolationTest {

    @EachTier
    void noTenantReachesAnothersRows(TwoTenants tenants) {
        tenants.attacks().run().assertNothingCrossed();
    }
}
