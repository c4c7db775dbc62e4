package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.error.ErrorKind;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private TestFleet fleet;
    private Operator operator;

    @BeforeEach
    void open() throws SQLException, IOException {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void aFleetWithTenantsInAllTiersIsWell() {
        for (Tier tier : Tier.values()) {
            fleet.createTenant(tier);
        }
        Answer answer = operator.types("doctor", "--json");
        assertEquals(0, answer.status(), answer.out() + answer.err());
        JsonNode json = answer.json();
        assertTrue(json.get("well").asBoolean());
        assertEquals(0, json.get("findings").size());
        assertEquals(2, json.get("databases").asInt());
        assertEquals(3, json.get("homes").asInt());
        assertEquals(3, json.get("tenants").asInt());
        assertEquals("DIRECT", json.get("servers").get(0).get("pooler").asText());
        Answer text = operator.types("doctor");
        assertEquals(0, text.status());
        assertTrue(text.out().contains("3 tenants: all is well."), text.out());
    }

    @Test
    void aPoolerThatApplicationsCannotGetThroughIsFound() throws IOException {
        Answer answer = operator.typesWith(strategyWithPooler("localhost:1"), "doctor", "--json");

        assertEquals(ErrorKind.EXTERNAL.exitStatus(), answer.status(), answer.out() + answer.err());
        assertEquals(List.of("POOLER_UNREADABLE"), checks(answer));
    }

    @Test
    void applicationsAreProvenThroughTheirPooler() throws SQLException, IOException {
        try (TestFleet pooled = TestFleet.behindPgBouncer()) {
            String address =
                    pooled.servers().pooler(pooled.control()).orElseThrow().authority();
            Answer answer = operator.typesWith(strategyWithPooler(address), "doctor", "--json");
            assertEquals(0, answer.status(), answer.out() + answer.err());
            assertEquals(
                    "TRANSACTION",
                    answer.json().get("servers").get(0).get("pooler").asText());

            fleet.execute("alter table rehome.canary disable row level security");
            assertTrue(checks(operator.typesWith(strategyWithPooler(address), "doctor", "--json"))
                    .contains("CANARY_SEEN"));
        }
    }

    private Path strategyWithPooler(String address) throws IOException {
        return Files.writeString(
                operator.folder().resolve("pooled.yaml"),
                Files.readString(operator.strategy())
                        .replace(
                                "  database_config:\n",
                                "  database_config:\n    pooler: postgresql://" + address + "/any\n"));
    }

    @Test
    void whatOpensAHomeIsNamedWithItsMendWhichMakesTheFleetWellAgain() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.DATABASE);
        Home home = fleet.home(Tier.DATABASE, tenant);
        administer(home, "alter table orders no force row level security");
        administer(fleet.sharedHome(), "create policy support on customers using (true)");

        Answer answer = operator.types("doctor", "--json");

        assertEquals(ErrorKind.CONFIGURATION.exitStatus(), answer.status(), answer.out());
        assertEquals(List.of("ROW_SECURITY_NOT_FORCED", "OPENING_POLICY"), checks(answer));
        for (JsonNode finding : answer.json().get("findings")) {
            Home where = finding.get("where").asText().contains("SHARED") ? fleet.sharedHome() : home;
            administer(where, finding.get("mend").asText());
        }
        assertEquals(0, operator.types("doctor").status());
    }

    @Test
    void aTenantThatItsHomeDoesNotKnowIsAnInvariantAndTheMendBringsItBack() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);
        administer(fleet.sharedHome(), "delete from rehome.residency where tenant_id = '" + tenant + "'");
        Answer answer = operator.types("doctor", "--json");
        assertEquals(ErrorKind.INVARIANT.exitStatus(), answer.status(), answer.out());
        assertEquals(List.of("HOME_DOES_NOT_KNOW_TENANT"), checks(answer));
        String mend = answer.json().get("findings").get(0).get("mend").asText();
        administer(fleet.sharedHome(), mend.substring(mend.indexOf("insert")));
        assertEquals(0, operator.types("doctor").status());
    }

    @Test
    void aDirectoryThatIsBehindIsStaleAndTheMendBringsItUp() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        administer(fleet.sharedHome(), "update rehome.residency set epoch = 3 where tenant_id = '" + tenant + "'");
        Answer answer = operator.types("doctor", "--json");
        assertEquals(ErrorKind.STALE.exitStatus(), answer.status(), answer.out());
        assertEquals(List.of("DIRECTORY_BEHIND"), checks(answer));
        String mend = answer.json().get("findings").get(0).get("mend").asText();
        administer(fleet.sharedHome(), mend.substring(mend.indexOf("update")));
        assertEquals(0, operator.types("doctor").status());
    }

    @Test
    void aSecondHomeThatAdmitsATenantIsAnInvariant() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.DATABASE);
        administer(
                fleet.sharedHome(),
                "insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name) values ('"
                        + tenant + "', 1, 'HERE', 'SHARED', 'default', current_database(), 'shared')");
        Answer answer = operator.types("doctor", "--json");
        assertEquals(ErrorKind.INVARIANT.exitStatus(), answer.status(), answer.out());
        assertEquals(List.of("SECOND_HOME"), checks(answer));
        String mend = answer.json().get("findings").get(0).get("mend").asText();
        administer(fleet.sharedHome(), mend.substring(mend.indexOf("update rehome.residency")));
        assertEquals(0, operator.types("doctor").status());
    }

    @Test
    void homesThatNobodyOwnsAreFoundOnTheServerAndInTheDatabase() throws SQLException {
        Home schema = fleet.home(Tier.SCHEMA, TenantId.of(UUID.randomUUID()));
        Home database = fleet.home(Tier.DATABASE, TenantId.of(UUID.randomUUID()));
        fleet.homes().create(schema);
        fleet.homes().create(database);
        Answer answer = operator.types("doctor", "--json");
        assertEquals(ErrorKind.STALE.exitStatus(), answer.status(), answer.out());
        assertTrue(answer.out().contains(schema.schema()), answer.out());
        assertTrue(answer.out().contains(database.database().name()), answer.out());
        fleet.homes().drop(schema);
        fleet.homes().drop(database);
        assertEquals(0, operator.types("doctor").status());
    }

    @Test
    void aDatabaseThatIsGoneIsAnInvariantAndTheOthersAreLookedAt() throws SQLException {
        TenantId gone = fleet.createTenant(Tier.DATABASE);
        administer(
                fleet.sharedHome(),
                "drop database \"" + fleet.home(Tier.DATABASE, gone).database().name() + "\" with (force)");
        administer(fleet.sharedHome(), "alter table orders disable row level security");
        Answer answer = operator.types("doctor", "--json");
        assertEquals(ErrorKind.INVARIANT.exitStatus(), answer.status(), answer.out());
        assertEquals(List.of("DATABASE_GONE", "ROW_SECURITY_OFF"), checks(answer));
    }

    @Test
    void anOlderSchemaRehomeIsFound() throws SQLException {
        administer(fleet.sharedHome(), "delete from rehome.databasechangelog where id = 'sequence-positions'");
        administer(fleet.sharedHome(), "update rehome.databasechangelog set md5sum = '9:0123' where id = 'enter'");
        Answer answer = operator.types("doctor", "--json");
        assertEquals(List.of("OLD_SCHEMA_REHOME"), checks(answer));
        String problem = answer.json().get("findings").get(0).get("problem").asText();
        assertTrue(problem.contains("lacks enter, sequence-positions in"), problem);
        assertEquals(ErrorKind.CONFIGURATION.exitStatus(), answer.status(), answer.out());
    }

    @Test
    void aServerThatDoesNotAnswerIsExternal() throws IOException {
        Answer answer = operator.typesWith(
                operator.strategy("dead.yaml", "127.0.0.1:1", DatabaseRole.values()), "doctor", "--json");
        assertEquals(ErrorKind.EXTERNAL.exitStatus(), answer.status(), answer.out());
    }

    @Test
    void homesOnTwoServersAreProvenAndWhatIsWrongNamesItsServer() throws SQLException, IOException {
        try (TestFleet two = TestFleet.onTwoServers()) {
            Operator global = new Operator(two, Files.createDirectory(folder.resolve("global")));
            for (Tier tier : Tier.values()) {
                two.createTenant(tier);
                two.createTenant(tier, TestFleet.SECOND);
            }
            Answer well = global.types("doctor", "--json");
            assertEquals(0, well.status(), well.out() + well.err());
            assertEquals(2, well.json().get("servers").size());
            assertEquals(4, well.json().get("databases").asInt());
            assertEquals(6, well.json().get("tenants").asInt());

            TenantId tenant = two.createTenant(Tier.SHARED);
            Home far = two.sharedHome(TestFleet.SECOND);
            administer(two, far, "create policy support on customers using (true)");
            administer(
                    two,
                    far,
                    "insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name)"
                            + " values ('" + tenant + "', 1, 'HERE', 'SHARED', '" + TestFleet.SECOND
                            + "', current_database(), 'shared')");
            Answer answer = global.types("doctor", "--json");

            assertEquals(ErrorKind.INVARIANT.exitStatus(), answer.status(), answer.out());
            assertEquals(Set.of("OPENING_POLICY", "SECOND_HOME"), Set.copyOf(checks(answer)));
            for (JsonNode finding : answer.json().get("findings")) {
                assertTrue(finding.get("where").asText().contains(TestFleet.SECOND), finding.toString());
                String mend = finding.get("mend").asText();
                administer(two, far, mend.substring(Math.max(0, mend.indexOf("update rehome.residency"))));
            }
            assertEquals(0, global.types("doctor").status());
        }
    }

    @Test
    void aServerThatIsDownOrUnknownKeepsNobodyOnTheOthersFromBeingProven() throws SQLException, IOException {
        try (TestFleet two = TestFleet.onTwoServers()) {
            Operator global = new Operator(two, Files.createDirectory(folder.resolve("global")));
            two.createTenant(Tier.SCHEMA, TestFleet.SECOND);
            administer(two, two.sharedHome(), "alter table orders disable row level security");
            String second = two.servers().get(TestFleet.SECOND).url().authority();
            String text = Files.readString(global.strategy());

            Path down = Files.writeString(folder.resolve("down.yaml"), text.replace(second, "127.0.0.1:1"));
            assertEquals(
                    Set.of("SERVER_UNREACHABLE", "ROW_SECURITY_OFF"),
                    Set.copyOf(checks(global.typesWith(down, "doctor", "--json"))));
            Path unknown = Files.writeString(
                    folder.resolve("unknown.yaml"), text.replace(TestFleet.SECOND + ":", "some-other-name:"));
            assertTrue(checks(global.typesWith(unknown, "doctor", "--json"))
                    .containsAll(Set.of("SERVER_NOT_CONFIGURED", "ROW_SECURITY_OFF")));
        }
    }

    @Test
    void aNumberOfDatabasesThatMakesNoSenseIsRefused() {
        assertEquals(
                ErrorKind.USER.exitStatus(),
                operator.types("doctor", "--parallel", "0").status());
    }

    private static List<String> checks(Answer answer) {
        List<String> checks = new ArrayList<>();
        answer.json()
                .get("findings")
                .forEach(finding -> checks.add(finding.get("check").asText()));
        return checks;
    }

    private void administer(Home home, String sql) throws SQLException {
        administer(fleet, home, sql);
    }

    private static void administer(TestFleet fleet, Home home, String sql) throws SQLException {
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }
}
