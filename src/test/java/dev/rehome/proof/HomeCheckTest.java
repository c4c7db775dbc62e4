package dev.rehome.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that opens a home is found by its own check, and the statement that the finding brings closes it again. */
class HomeCheckTest {
    private TestFleet fleet;
    private IsolationProof proof;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        proof = new IsolationProof(TestFleet.TENANT_COLUMN, "\"rehome\"");
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource
    void aHomeAsRehomeMakesItIsProven(Tier tier) throws SQLException {
        Home home = fleet.home(tier, fleet.createTenant(tier));
        assertEquals(List.of(), findings(home));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alter table orders disable row level security                                          | ROW_SECURITY_OFF
            alter table orders no force row level security                                         | ROW_SECURITY_NOT_FORCED
            drop policy tenant_rows on orders                                                      | NO_POLICY
            drop policy tenant_rows on orders; create policy tenant_rows on orders using (true)    | OTHER_POLICY
            alter policy tenant_rows on orders with check (true)                                   | OTHER_POLICY
            alter policy tenant_rows on orders to rehome_app                                       | OTHER_POLICY
            create policy support on orders for select using (true)                                | OPENING_POLICY
            create policy "our, own" on orders for update to rehome_app using (true)               | OPENING_POLICY
            alter table orders owner to rehome_app                                                 | OWNER
            grant truncate, trigger on orders to rehome_app                                        | TABLE_RIGHTS
            grant references on orders to public                                                   | TABLE_RIGHTS
            grant create on schema shared to rehome_app                                            | SCHEMA_RIGHTS
            drop trigger rehome_capture on orders                                                  | CAPTURE_MISSING
            drop trigger rehome_truncate on orders                                                 | CAPTURE_MISSING
            alter table orders enable trigger rehome_capture                                       | CAPTURE_NOT_ALWAYS
            alter table orders disable trigger rehome_truncate                                     | CAPTURE_NOT_ALWAYS
            create materialized view all_of_us as table customers; grant select on all_of_us to rehome_app | UNPROTECTED_VIEW
            create view all_of_us as table customers; grant select on all_of_us to public                  | UNPROTECTED_VIEW
            alter table order_items drop constraint order_items_order_fkey, add constraint order_items_order_fkey foreign key (order_id) references orders (id) | FOREIGN_KEY
            """)
    void whatOpensASharedHomeIsFoundAndClosedByItsMend(String harm, HomeCheck check) throws SQLException {
        Home home = fleet.sharedHome();
        if (check == HomeCheck.FOREIGN_KEY) {
            administer(home, "alter table orders add constraint id_alone unique (id)");
        }
        administer(home, harm);
        List<Finding> findings = findings(home);
        assertTrue(checks(findings).contains(check.name()), findings.toString());
        for (Finding finding : findings) {
            if (!finding.check().equals(HomeCheck.UNIQUE_KEY.name())) {
                administer(home, finding.mend());
            }
        }
        if (check == HomeCheck.FOREIGN_KEY) {
            assertEquals(List.of(HomeCheck.UNIQUE_KEY.name()), checks(findings(home)));
            administer(home, "alter table orders drop constraint id_alone");
        }
        assertEquals(List.of(), findings(home));
    }

    /** The home's own role stands for the name in the harm. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            grant "ROLE" to rehome_app with inherit true                      | INHERITED_ROLE
            revoke "ROLE" from rehome_app granted by rehome_owner             | NO_ROLE
            grant usage on schema "ROLE" to rehome_app                        | SCHEMA_RIGHTS
            create policy support on "ROLE".orders to "ROLE" using (true)     | OPENING_POLICY
            alter table "ROLE".orders owner to "ROLE"                         | OWNER
            """)
    void whatOpensASchemaHomeIsFoundAndClosedByItsMend(String harm, HomeCheck check) throws SQLException {
        Home home = fleet.home(Tier.SCHEMA, fleet.createTenant(Tier.SCHEMA));
        administer(home, harm.replace("ROLE", home.schema()));
        List<Finding> findings = findings(home);
        assertTrue(checks(findings).contains(check.name()), findings.toString());
        if (check == HomeCheck.OWNER) {
            assertTrue(findings.get(0).mend().startsWith("revoke"), findings.toString());
            administer(home, "alter table orders owner to rehome_owner");
        } else {
            for (Finding finding : findings) {
                administer(home, finding.mend());
            }
        }
        assertEquals(List.of(), findings(home));
    }

    @Test
    void aKeyThatLeavesOutTheTenantIsFound() throws SQLException {
        Home home = fleet.sharedHome();
        administer(home, "create table notes (storefront_id uuid not null, id uuid primary key)");
        administer(home, "select rehome.protect('notes', 'storefront_id', true)");
        administer(home, "alter table notes owner to rehome_owner");
        administer(home, "create unique index orders_total on orders (items_total)");
        assertEquals(List.of(HomeCheck.PRIMARY_KEY.name(), HomeCheck.UNIQUE_KEY.name()), checks(findings(home)));
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() throws SQLException {
        Home home = fleet.sharedHome();
        administer(home, "alter table orders disable row level security");
        administer(home, "alter table customers no force row level security");
        administer(home, "create policy support on cart_items using (true)");
        assertEquals(List.of("ROW_SECURITY_OFF", "ROW_SECURITY_NOT_FORCED", "OPENING_POLICY"), checks(findings(home)));
    }

    @Test
    void aHomeThatIsNotThereIsToldFromOneThatIsOpen() throws SQLException {
        List<Finding> absent = findings(fleet.home(Tier.SCHEMA, TenantId.of(UUID.randomUUID())));
        assertTrue(IsolationProof.isAbsence(absent), absent.toString());
        administer(fleet.sharedHome(), "create schema empty");
        List<Finding> empty = findings(new Home(Tier.SHARED, fleet.control(), "empty"));
        assertEquals(List.of(HomeCheck.NO_TABLE.name()), checks(empty));
    }

    private static List<String> checks(List<Finding> findings) {
        return findings.stream().map(Finding::check).toList();
    }

    private List<Finding> findings(Home home) throws SQLException {
        try (Connection connection = fleet.servers().open(home.database(), "rehome", DatabaseRole.APP, "test")) {
            connection.setAutoCommit(false);
            List<Finding> findings = proof.ofSession(connection);
            assertEquals(List.of(), findings);
            return proof.ofHome(connection, home);
        }
    }

    private void administer(Home home, String sql) throws SQLException {
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }
}
