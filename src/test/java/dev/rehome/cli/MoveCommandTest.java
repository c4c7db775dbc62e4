package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.cli.Operator.Terminal;
import dev.rehome.error.ErrorKind;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoveCommandTest {
    /** More than are copied in the fence. */
    private static final int ROWS = 300;

    /** Tiny tenants that are moved at once. {@code mvn test -Dtest=MoveCommandTest#manyTiny* -Dcrowd=1000} moves more. */
    private static final int CROWD = Integer.getInteger("crowd", 30);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final int BAD_RESULT = 1;
    private static final TenantId NOBODY = TenantId.of(UUID.fromString("550e8400-e29b-41d4-a716-446655440099"));

    @TempDir
    private Path folder;

    private TestFleet fleet;
    private Operator operator;
    private MoveJournal journal;

    @BeforeEach
    void open() throws SQLException, IOException {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
        journal = fleet.journal();
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void aMoveWithoutASoakEndsInTheTargetAndIsListedAsEnded() throws Exception {
        TenantId tenant = tenant(ROWS);

        Answer answer = operator.types("move", "start", "" + tenant, "--to", "schema", "--soak", "0s", "--json");

        assertEquals(0, answer.status(), answer.err());
        JsonNode move = answer.json().get("moves").get(0);
        assertEquals("DONE", move.get("phase").asText());
        assertEquals(ROWS, move.get("rows").asLong());
        assertEquals(0, move.get("differences").asLong());
        assertTrue(answer.err().contains("BACKFILL"), answer.err());
        assertEquals(home(tenant, Tier.SCHEMA), placement(tenant));
        assertEquals(0, operator.types("move", "list", "--json").json().size());
        JsonNode listed = operator.types("move", "list", "--all", "--json").json();
        assertEquals(move.get("moveId"), listed.get(0).get("moveId"));
        JsonNode status =
                operator.types("move", "status", "" + tenant, "--json").json();
        assertTrue(status.get("ended").asBoolean());
        assertTrue(status.get("journal").size() >= 8, status.toString());
        assertTrue(operator.types("move", "status", move.get("moveId").asText())
                .out()
                .contains("DONE"));
    }

    @Test
    void aHeldMoveIsCutOverByHandAndLeftInItsSoakAndRetiredByHand() throws Exception {
        TenantId tenant = tenant(ROWS);
        Terminal start = operator.typesElsewhere(
                "move", "start", "" + tenant, "--to", "database", "--hold", "--until-soak", "--json");
        await(tenant, status -> status.move().phase() == MovePhase.CUTOVER);
        assertEquals(fleet.sharedHome(), placement(tenant));

        Answer cutover = operator.types("move", "cutover", "" + tenant);

        assertEquals(0, cutover.status(), cutover.err());
        assertEquals(0, start.answer().status(), start.answer().err());
        assertEquals(
                "SOAKING",
                start.answer().json().get("moves").get(0).get("state").asText());
        assertEquals(home(tenant, Tier.DATABASE), placement(tenant));
        assertEquals(0, operator.types("move", "watch", "" + tenant).status());
        assertEquals(0, operator.types("verify", "" + tenant).status());

        Answer retire = operator.types("move", "retire", "" + tenant, "--json");

        assertEquals(0, retire.status(), retire.err());
        assertEquals("DONE", retire.json().get("moves").get(0).get("phase").asText());
        assertEquals(0, fleet.rowsOf(tenant, fleet.sharedHome()));
    }

    @Test
    void aMoveRunElsewhereIsPausedResumedAndCancelled() throws Exception {
        TenantId tenant = tenant(ROWS);
        Terminal start = operator.typesElsewhere("move", "start", "" + tenant, "--to", "schema", "--hold");
        await(tenant, status -> status.move().phase() == MovePhase.CUTOVER);

        Answer pause = operator.types("move", "pause", "" + tenant, "--json");

        assertEquals(0, pause.status(), pause.err());
        assertEquals("PAUSE", pause.json().get("request").asText());
        await(tenant, status -> status.waitingFor().orElse("").startsWith("paused"));
        assertEquals(0, operator.types("move", "resume", "" + tenant).status());
        await(tenant, status -> !status.waitingFor().orElse("").startsWith("paused"));

        Answer cancel = operator.types("move", "cancel", "" + tenant);

        assertEquals(0, cancel.status(), cancel.err());
        assertEquals(BAD_RESULT, start.answer().status(), start.answer().err());
        assertTrue(start.answer().out().contains("CANCELLED"), start.answer().out());
        assertEquals(fleet.sharedHome(), placement(tenant));
        assertFalse(fleet.homes().exists(home(tenant, Tier.SCHEMA)));
    }

    @Test
    void anInterruptedStartLeavesAMoveThatAnotherProcessGoesOnWith() throws Exception {
        TenantId tenant = tenant(ROWS);
        Terminal start = operator.typesElsewhere("move", "start", "" + tenant, "--to", "schema", "--hold");
        await(tenant, status -> status.move().phase() == MovePhase.CUTOVER);

        start.interrupt();

        assertEquals(BAD_RESULT, start.answer().status());
        Move left = journal.active(tenant).orElseThrow();
        assertTrue(
                start.answer().err().contains("move run " + left.id()),
                start.answer().err());
        assertFalse(journal.status(left.id()).orElseThrow().isRunAt(Instant.now()));
        assertEquals(
                0, operator.types("move", "cutover", "" + tenant, "--no-run").status());
        assertEquals(0, operator.types("move", "run", "--until-soak").status());
        assertEquals(home(tenant, Tier.SCHEMA), placement(tenant));
        assertEquals(0, operator.types("move", "retire", "" + left.id()).status());
    }

    @Test
    void aSoakingMoveIsRolledBackAndCannotBeCancelled() throws Exception {
        TenantId tenant = tenant(ROWS);
        assertEquals(
                0,
                operator.types("move", "start", "" + tenant, "--to", "schema", "--until-soak")
                        .status());

        Answer cancel = operator.types("move", "cancel", "" + tenant, "--json");

        assertEquals(ErrorKind.USER.exitStatus(), cancel.status());
        assertTrue(cancel.json().get("error").get("message").asText().contains("Roll it back"), cancel.out());

        Answer rollback = operator.types("move", "rollback", "" + tenant, "--json");

        assertEquals(0, rollback.status(), rollback.err());
        assertEquals(
                "ROLLED_BACK", rollback.json().get("moves").get(0).get("phase").asText());
        assertEquals(fleet.sharedHome(), placement(tenant));
    }

    @Test
    void aMoveThatNobodyRunsIsCancelledByWhoeverAsks() throws Exception {
        TenantId tenant = tenant(ROWS);
        journal.plan(fleet.directory().find(tenant).orElseThrow(), home(tenant, Tier.SCHEMA));
        assertEquals(BAD_RESULT, operator.types("move", "watch", "" + tenant).status());

        Answer asked = operator.types("move", "cancel", "" + tenant, "--no-run");
        assertEquals(0, asked.status());
        assertTrue(asked.out().contains("Nobody runs it"), asked.out());
        Answer cancelled = operator.types("move", "cancel", "" + tenant);

        assertEquals(0, cancelled.status(), cancelled.err());
        assertTrue(journal.active(tenant).isEmpty());
        assertEquals(
                0, operator.types("move", "run", "--json").json().get("moves").size());
    }

    @Test
    void aSecondMoveOfATenantIsRefusedAndADryRunSaysItToo() throws Exception {
        TenantId tenant = tenant(ROWS);
        Move first = journal.plan(fleet.directory().find(tenant).orElseThrow(), home(tenant, Tier.SCHEMA));

        Answer second = operator.types("move", "start", "" + tenant, "--to", "database");
        Answer dryRun = operator.types("move", "start", "" + tenant, "--to", "shared", "--dry-run", "--json");

        assertEquals(ErrorKind.BUSY.exitStatus(), second.status(), second.err());
        assertTrue(second.out().contains("" + first.id()), second.out());
        assertEquals(ErrorKind.USER.exitStatus(), dryRun.status());
        assertEquals(
                List.of("USER", "BUSY"),
                IntStream.range(0, dryRun.json().get("refusals").size())
                        .mapToObj(i ->
                                dryRun.json().get("refusals").get(i).get("kind").asText())
                        .toList());
        assertEquals(1, journal.list(true, 10).size());
        assertEquals(0, operator.types("move", "cancel", "" + tenant).status());
    }

    @Test
    void aDryRunMeasuresAndPredictsAndWritesNothing() throws Exception {
        TenantId earlier = tenant(2_000);
        assertEquals(
                0,
                operator.types("move", "start", "" + earlier, "--to", "schema", "--soak", "0s")
                        .status());
        TenantId tenant = tenant(ROWS);

        Answer answer;
        try (Connection open = fleet.administrator(fleet.sharedHome());
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock_shared(rehome.lock_key('" + tenant + "'))");
            answer = operator.types("move", "start", "" + tenant, "--to", "database", "--dry-run", "--json");
        }

        assertEquals(0, answer.status(), answer.out());
        assertTrue(answer.json().get("possible").asBoolean());
        assertEquals(ROWS, answer.json().get("rows").asLong());
        assertTrue(answer.json().get("bytes").asLong() > ROWS * 10);
        assertTrue(answer.json().get("untilServedMillis").asLong() > 0);
        assertTrue(answer.json().get("basis").asText().contains("earlier moves"), answer.out());
        assertTrue(answer.json().get("pauseMillis").asLong() <= 2_000);
        assertEquals(1, answer.json().get("openTransactions").size(), answer.out());
        assertTrue(journal.active(tenant).isEmpty());
        assertFalse(fleet.homes().exists(home(tenant, Tier.DATABASE)));
        assertTrue(operator.types("move", "start", "" + tenant, "--to", "database", "--dry-run")
                .out()
                .contains("The move can be started."));
    }

    @Test
    void aDryRunCollectsEverythingThatIsInTheWay() throws Exception {
        TenantId tenant = tenant(ROWS);
        Path noOwner = operator.strategy("no-owner.yaml", address(), DatabaseRole.APP, DatabaseRole.MOVER);
        fleet.execute("alter table shared.cart_items drop constraint cart_items_pkey");

        Answer answer =
                operator.typesWith(noOwner, "move", "start", "" + tenant, "--to", "shared", "--dry-run", "--json");

        assertEquals(ErrorKind.USER.exitStatus(), answer.status());
        String refusals = answer.json().get("refusals").toString();
        assertTrue(refusals.contains("lives in"), refusals);
        assertTrue(refusals.contains("no login for the role OWNER"), refusals);
        assertTrue(refusals.contains("no primary key"), refusals);
    }

    @Test
    void manyTinyTenantsAreMovedAtOnceAndOneThatFailsStopsNobody() throws Exception {
        List<TenantId> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(tenant(2));
        }
        Path file = folder.resolve("tenants.txt");
        Files.writeString(file, "# the small ones\n" + NOBODY + " # not there\n\n");
        for (TenantId tenant : crowd.subList(1, crowd.size())) {
            Files.writeString(file, tenant + "\n", StandardOpenOption.APPEND);
        }

        Answer answer = operator.types(
                "move",
                "start",
                "" + crowd.get(0),
                "--from-file",
                "" + file,
                "--to",
                "schema",
                "--soak",
                "0s",
                "--parallel",
                "4",
                "--json");

        assertEquals(BAD_RESULT, answer.status(), answer.err());
        assertEquals(CROWD, answer.json().get("reached").asInt(), answer.out());
        assertEquals(1, answer.json().get("failed").asInt());
        for (TenantId tenant : crowd) {
            assertEquals(home(tenant, Tier.SCHEMA), placement(tenant));
            assertEquals(2, fleet.rowsOf(tenant, home(tenant, Tier.SCHEMA)));
        }
        Answer again = operator.types("move", "start", "" + NOBODY, "" + crowd.get(0), "--to", "schema");
        assertEquals(BAD_RESULT, again.status());
        assertTrue(again.out().contains("is unknown") && again.out().contains("lives in"), again.out());
    }

    @Test
    void verifyFindsWhatIsWhereItMustNotBe() throws Exception {
        TenantId tenant = tenant(ROWS);
        assertEquals(0, operator.types("verify", "" + tenant).status());
        assertEquals(
                0,
                operator.types("move", "start", "" + tenant, "--to", "schema", "--soak", "0s")
                        .status());
        assertEquals(0, operator.types("verify", "" + tenant).status());
        insert(tenant, fleet.sharedHome(), 1);

        Answer answer = operator.types("verify", "" + tenant, "--json");

        assertEquals(BAD_RESULT, answer.status());
        assertFalse(answer.json().get("clean").asBoolean());
        assertTrue(answer.json().get("problems").get(0).asText().contains("has 1 rows"), answer.out());
        fleet.execute(
                "set rehome.capture = 'off'; delete from shared.storefronts where storefront_id = '" + tenant + "'");
    }

    @Test
    void verifyComparesBothHomesOfAMoveAndRepairsNothing() throws Exception {
        TenantId tenant = tenant(ROWS);
        Home schema = home(tenant, Tier.SCHEMA);
        assertEquals(
                0,
                operator.types("move", "start", "" + tenant, "--to", "schema", "--until-soak")
                        .status());
        try (Connection connection = fleet.administrator(fleet.sharedHome());
                Statement statement = connection.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute("update customers set email = 'elsewhere' where storefront_id = '" + tenant
                    + "' and email = 'c1@example.com'");
        }

        Answer answer = operator.types("verify", "" + tenant, "--json");
        Answer again = operator.types("verify", "" + tenant);

        assertEquals(BAD_RESULT, answer.status(), answer.err());
        assertEquals(1, answer.json().get("differences").asLong(), answer.out());
        assertEquals(
                "customers",
                answer.json().get("firstDifferences").get(0).get("table").asText());
        assertEquals(BAD_RESULT, again.status());
        assertEquals(schema, placement(tenant));
        assertEquals(0, operator.types("move", "rollback", "" + tenant).status());
        assertEquals(0, operator.types("verify", "" + tenant).status());
    }

    @ParameterizedTest
    @CsvSource({
        "move start 550e8400-e29b-41d4-a716-446655440099 --to schema, USER, is unknown",
        "move start largest --to schema, USER, is not a tenant",
        "move start 550e8400-e29b-41d4-a716-446655440099 --to cloud, USER, is not a tier",
        "move start 550e8400-e29b-41d4-a716-446655440099 --to schema --server moon, USER, is not configured",
        "move start 550e8400-e29b-41d4-a716-446655440099 --to schema --soak soon, USER, must be a duration",
        "move start 550e8400-e29b-41d4-a716-446655440099 --to schema --parallel 0, USER, at least 1",
        "move start --to schema --from-file no/such/file, USER, cannot be read",
        "move start --to schema, USER, Name a tenant",
        "move start 550e8400-e29b-41d4-a716-446655440099, USER, --to",
        "move, USER, Usage",
        "move fly, USER, fly",
        "move status 550e8400-e29b-41d4-a716-446655440099, USER, no tenant",
        "move cancel 550e8400-e29b-41d4-a716-446655440099, USER, no tenant",
        "verify 550e8400-e29b-41d4-a716-446655440099, USER, is unknown"
    })
    void aWrongCallSaysWhatIsWrong(String call, ErrorKind kind, String said) {
        Answer answer = operator.types(call.split(" ", -1));

        assertEquals(kind.exitStatus(), answer.status(), answer.err());
        assertTrue((answer.out() + answer.err()).contains(said), answer.out() + answer.err());
    }

    @Test
    void aWrongStrategyFileOrAServerThatIsDownSaysSo() throws Exception {
        TenantId tenant = tenant(1);
        int freePort;
        try (ServerSocket socket = new ServerSocket(0)) {
            freePort = socket.getLocalPort();
        }
        Path down = operator.strategy("down.yaml", "localhost:" + freePort, DatabaseRole.values());
        Path noOwner = operator.strategy("no-owner.yaml", address(), DatabaseRole.APP, DatabaseRole.MOVER);
        Path noMover = operator.strategy("no-mover.yaml", address(), DatabaseRole.APP);

        Answer missing = operator.typesWith(folder.resolve("none.yaml"), "move", "list");
        Answer unreachable = operator.typesWith(down, "move", "list", "--json");
        Answer ownerless = operator.typesWith(noOwner, "move", "start", "" + tenant, "--to", "schema");
        Answer moverless = operator.typesWith(noMover, "move", "list");

        assertEquals(ErrorKind.CONFIGURATION.exitStatus(), missing.status());
        assertEquals(ErrorKind.EXTERNAL.exitStatus(), unreachable.status());
        assertEquals("EXTERNAL", unreachable.json().get("error").get("kind").asText());
        assertEquals(ErrorKind.CONFIGURATION.exitStatus(), ownerless.status(), ownerless.err());
        assertTrue(ownerless.err().contains("OWNER"), ownerless.err());
        assertEquals(ErrorKind.CONFIGURATION.exitStatus(), moverless.status());
        assertTrue(moverless.err().contains("MOVER"), moverless.err());
        assertTrue(journal.active(tenant).isEmpty());
    }

    private TenantId tenant(int rows) throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        insert(tenant, fleet.sharedHome(), rows);
        return tenant;
    }

    /** A storefront, and customers: so many rows together. */
    private void insert(TenantId tenant, Home home, int rows) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute("insert into storefronts (storefront_id, id, external_id, name, currency) values ('"
                    + tenant + "', gen_random_uuid(), 's', 'Shop', 'EUR')");
            statement.execute("insert into customers (storefront_id, id, email, created_at) select '" + tenant
                    + "', gen_random_uuid(), 'c' || i || '@example.com', now() from generate_series(1, " + (rows - 1)
                    + ") s(i)");
        }
    }

    private Home home(TenantId tenant, Tier tier) {
        return fleet.home(tier, tenant);
    }

    private Home placement(TenantId tenant) {
        return fleet.directory().find(tenant).orElseThrow().home();
    }

    private String address() {
        return fleet.servers().all().iterator().next().url().authority();
    }

    private void await(TenantId tenant, Predicate<MoveStatus> condition) throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!journal.latest(tenant).map(condition::test).orElse(false)) {
            assertFalse(deadline.passed(), () -> "still " + journal.latest(tenant));
            deadline.sleep(INTERVAL);
        }
    }
}
