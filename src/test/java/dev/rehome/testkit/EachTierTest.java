package dev.rehome.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.testkit.LibraryIsolationTest.Library;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

/** What {@link EachTier} does around a test, and what it finds afterwards. */
@TestsOf(Library.class)
class EachTierTest {
    private static final Set<Tier> SEEN = EnumSet.noneOf(Tier.class);

    @EachTier
    void aTestRunsInEachTier(TwoTenants tenants) {
        SEEN.add(tenants.tier());
        assertEquals(tenants.a().home().tier(), tenants.b().home().tier());
        assertEquals(
                tenants.tier() == Tier.SHARED,
                tenants.a().home().equals(tenants.b().home()));
    }

    @AfterAll
    static void allTiersWereSeen() {
        assertEquals(EnumSet.allOf(Tier.class), SEEN);
    }

    @EachTier
    void aConnectionThatIsHandedOutAndItsTransactionAreFound(TwoTenants tenants) throws SQLException {
        Connection kept = tenants.layer().connections().acquire(tenants.b().id(), TransactionMode.DEFAULT);
        String found = leaks(tenants);
        assertTrue(found.contains("1 connections that are handed out"), found);
        assertTrue(found.contains("a transaction of tenant " + tenants.b().id()), found);
        tenants.layer().connections().release(kept);
        Leaks.assertNone(tenants);
    }

    @EachTier
    void aTenantThatIsBoundToTheThreadIsFound(TwoTenants tenants) {
        TenantContext.run(tenants.a().id(), () -> {
            String found = leaks(tenants);
            assertTrue(found.contains("tenant " + tenants.a().id() + ", bound to the thread"), found);
        });
        Leaks.assertNone(tenants);
    }

    @EachTier
    void aRowInTheOtherTenantsHomeIsFound(TwoTenants tenants) throws SQLException {
        if (tenants.tier() == Tier.SHARED) {
            return; // there is one home
        }
        String table = SqlNames.quote(tenants.b().home().schema(), "shelf");
        write(tenants, "insert into " + table + " values ('" + tenants.a().id() + "', 1, 'stray')");
        String found = leaks(tenants);
        assertTrue(found.contains("{shelf=1}"), found);
        write(tenants, "delete from " + table);
        Leaks.assertNone(tenants);
    }

    private static String leaks(TwoTenants tenants) {
        return String.valueOf(assertThrows(AssertionError.class, () -> Leaks.assertNone(tenants))
                .getMessage());
    }

    private static void write(TwoTenants tenants, String sql) throws SQLException {
        try (Connection administrator =
                        tenants.fleet().witness().open(tenants.b().home());
                Statement statement = administrator.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute(sql);
        }
    }
}
