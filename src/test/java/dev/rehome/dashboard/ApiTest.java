package dev.rehome.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.audit.AuditEntry;
import dev.rehome.audit.AuditFilter;
import dev.rehome.audit.AuditTrail;
import dev.rehome.cost.Cost;
import dev.rehome.cost.FleetCost;
import dev.rehome.dashboard.DashboardScene.Answer;
import dev.rehome.dashboard.Route.Audience;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.Expectation;
import dev.rehome.strategy.FleetReader;
import dev.rehome.strategy.LineId;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.Plans;
import dev.rehome.strategy.Reason;
import dev.rehome.strategy.Strategy;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final String NOBODY = "550e8400-e29b-41d4-a716-446655440099";
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| (GET|POST) \\| `([^`?]+)[^`]*` \\| (\\w+) \\|");

    private TestFleet fleet;
    private DashboardScene scene;

    @BeforeAll
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        scene = new DashboardScene(fleet);
    }

    @AfterAll
    void close() throws SQLException {
        scene.close();
        fleet.close();
    }

    @Test
    void everyRouteIsDocumentedAndNothingElse() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("src/site/markdown/api.md"))) {
            Matcher matcher = DOCUMENTED.matcher(line);
            if (matcher.find()) {
                documented.add(matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3));
            }
        }
        assertEquals(
                routes().stream()
                        .map(route -> route + " " + route.who().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new)),
                documented);
    }

    @Test
    void withoutATokenNothingIsAnsweredButWhoNobodyIs() {
        for (Route route : routes()) {
            Answer answer = scene.send(
                    route.method().equals("GET")
                            ? scene.api(path(route)).GET()
                            : scene.api(path(route))
                                    .header("Content-Type", "application/json")
                                    .header("X-Rehome", "1")
                                    .POST(BodyPublishers.ofString("{}")));
            if (route.who() != Audience.ANYBODY) {
                assertEquals(401, answer.status(), route + " " + answer.body());
                assertEquals("SIGN_IN", answer.json().at("/error/kind").asText());
            }
        }
        assertEquals(
                401, scene.send(HttpRequest.newBuilder(scene.uri("/metrics"))).status());
        assertEquals(
                "ok\n",
                scene.send(HttpRequest.newBuilder(scene.uri("/healthz"))).body());
        assertEquals(
                "ready\n",
                scene.send(HttpRequest.newBuilder(scene.uri("/readyz"))).body());
    }

    @Test
    void aViewerMayLookAtEverythingAndAskForNothing() {
        for (Route route : routes()) {
            if (route.who() == Audience.VIEWER && !route.pattern().equals("/events")) {
                int status = scene.getAs(DashboardScene.VIEWER, path(route)).status();
                assertTrue(status == 200 || (route.pattern().contains("{") && status == 404), route + " " + status);
            }
            if (route.who() == Audience.OPERATOR) {
                Answer refused = scene.postAs(DashboardScene.VIEWER, path(route));
                assertEquals(403, refused.status(), route + " " + refused.body());
            }
        }
        assertTrue(scene.send(HttpRequest.newBuilder(scene.uri("/metrics"))
                        .header("Authorization", "Bearer " + DashboardScene.VIEWER))
                .body()
                .contains("rehome_test_metric"));
    }

    @Test
    void whatIsAskedOfAMoveIsInTheDirectoryAndInTheTrail() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Move move = scene.mover().plan(tenant, fleet.home(Tier.SCHEMA, tenant), true, "ann at a terminal");

        JsonNode planned = scene.get("/moves/" + move.id()).json().get("move");
        assertEquals("PLANNED", planned.get("phase").asText());
        assertEquals(List.of("PAUSE", "CANCEL", "CUTOVER"), texts(planned.get("actions")));

        Answer paused = scene.post("/moves/" + move.id() + "/pause");
        assertEquals(200, paused.status(), paused.body());
        assertEquals("PAUSE", paused.json().at("/move/request").asText());
        assertTrue(paused.json().get("message").asText().contains("Nobody runs the move"), paused.body());
        assertTrue(texts(paused.json().at("/move/actions")).contains("RESUME"));
        assertEquals(200, scene.post("/moves/" + move.id() + "/resume").status());
        Answer tooEarly = scene.post("/moves/" + move.id() + "/rollback");
        assertEquals(400, tooEarly.status());
        assertTrue(tooEarly.json().at("/error/message").asText().contains("PLANNED"), tooEarly.body());
        assertEquals(200, scene.post("/moves/" + move.id() + "/cancel").status());

        scene.mover().run(move, MoveListener.NONE);

        JsonNode ended = scene.get("/moves/" + move.id()).json();
        assertEquals("CANCELLED", ended.at("/move/phase").asText());
        assertEquals(List.of(), texts(ended.at("/move/actions")));
        assertTrue(ended.get("journal").toString().contains("ann at the dashboard"), ended.toString());
        List<String> deeds = new AuditTrail(scene.directory())
                .recent(AuditFilter.of(tenant), 20).stream()
                        .map(entry -> entry.action() + " by " + entry.by().orElse("-"))
                        .toList();
        assertTrue(
                deeds.containsAll(List.of(
                        "START by ann at a terminal",
                        "PAUSE by ann at the dashboard",
                        "RESUME by ann at the dashboard",
                        "CANCEL by ann at the dashboard")),
                deeds.toString());
        AuditFilter refusals =
                new AuditFilter(Optional.empty(), Optional.of("DASHBOARD"), Optional.empty(), Optional.empty());
        assertTrue(
                new AuditTrail(scene.directory())
                        .recent(refusals, 50).stream()
                                .anyMatch(entry -> entry.action().equals("ROLL_BACK")
                                        && entry.outcome().equals("REFUSED")
                                        && entry.subject().equals(move.id().toString())),
                "the refusal is in the trail");
        assertTrue(scene.get("/tenants/" + tenant)
                .json()
                .at("/moves/0/phase")
                .asText()
                .equals("CANCELLED"));
        assertTrue(scene.get("/moves?ended=true").json().get("moves").size() >= 1);
    }

    @Test
    void aMoveIsLookedAtAndStartedWhereTheTenantMayGo() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        String path = "/tenants/" + tenant;
        JsonNode targets = scene.get(path + "/targets").json();
        assertEquals("SHARED", targets.at("/now/tier").asText());
        assertEquals(2, targets.get("targets").size(), targets.toString());
        assertEquals("eu", targets.at("/targets/0/region").asText());

        Answer look = scene.post(path + "/preview", "{ \"tier\": \"bridge\", \"server\": \"default\" }");
        assertEquals(200, look.status(), look.body());
        assertTrue(look.json().at("/preview/possible").asBoolean(), look.body());
        assertEquals("SCHEMA", look.json().at("/preview/to/tier").asText());
        assertTrue(look.json().at("/preview/untilServedMillis").isNumber(), look.body());
        assertTrue(look.json().at("/after/high").isNumber(), look.body());
        assertEquals(Optional.empty(), fleet.journal().latest(tenant), "it was only looked");

        for (String nonsense : List.of(
                "{}",
                "{ \"tier\": \"schema\" }",
                "{ \"tier\": 1, \"server\": \"default\" }",
                "{ \"tier\": \"cloud\", \"server\": \"default\" }",
                "{ \"tier\": \"shared\", \"server\": \"default\" }",
                "{ \"tier\": \"schema\", \"server\": \"nowhere\" }")) {
            assertEquals(400, scene.post(path + "/move", nonsense).status(), nonsense);
            assertEquals(400, scene.post(path + "/preview", nonsense).status(), nonsense);
        }
        assertEquals(404, scene.get("/tenants/" + NOBODY + "/targets").status());

        String schema = "{ \"tier\": \"schema\", \"server\": \"default\", \"hold\": true }";
        Answer started = scene.post(path + "/move", schema);
        assertEquals(200, started.status(), started.body());
        assertTrue(started.json().get("message").asText().contains("nobody looks after moves"), started.body());
        Move move = fleet.journal().latest(tenant).orElseThrow().move();
        assertEquals(move.id().toString(), started.json().at("/move/move").asText());
        assertTrue(started.json().at("/move/cutoverHeld").asBoolean(), started.body());
        assertEquals(409, scene.post(path + "/move", schema).status(), "it is in a move");
        List<String> deeds = new AuditTrail(scene.directory())
                .recent(AuditFilter.of(tenant), 10).stream()
                        .map(entry -> entry.area() + " " + entry.action() + " "
                                + entry.by().orElse("-") + " " + entry.outcome())
                        .toList();
        assertTrue(deeds.contains("MOVE START ann at the dashboard UNDER_WAY"), deeds.toString());
        assertTrue(
                deeds.stream().anyMatch(deed -> deed.startsWith("DASHBOARD START ann at the dashboard ")),
                deeds.toString());
        scene.mover().cancel(move);
    }

    @Test
    void whoIsNearAThresholdIsSaidWithItsNameAndTheTierThatItIsNear() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        fleet.execute("update rehome_directory.tenant set name = 'Nearly There' where tenant_id = '" + tenant + "'");
        fleet.measured(tenant, 90_000, 10);
        FleetReader reader = new FleetReader(fleet.directory(), fleet.journal(), scene.directory(), Clock.systemUTC());

        List<FleetFigures.Near> near = new FleetFigures(scene.directory())
                .read(new Strategy(scene.strategy()).near(reader.read(), 0.8))
                .near();

        assertEquals(
                List.of(new FleetFigures.Near(
                        tenant, "Nearly There", "SHARED", "DATABASE", "customers", 90_000, 100_000)),
                near);
    }

    @Test
    void processesOfApplicationsAreShownWithTheirConnections() throws Exception {
        fleet.execute("insert into rehome_directory.statistics_node (node, interval_millis) values ('shop 1', 60000)");
        fleet.execute(
                "insert into rehome_directory.node_pool values ('shop 1', 'default', 20, 3, 4, 1, 250, 2, false)");

        JsonNode pools = scene.get("/pools").json();
        Deadline deadline = Deadline.in(PATIENCE);
        while (pools.get("nodes").isEmpty()) { // what others asked for a moment ago is still answered
            assertFalse(deadline.passed(), pools.toString());
            deadline.sleep(INTERVAL);
            pools = scene.get("/pools").json();
        }

        assertEquals("default", pools.at("/servers/0/server").asText());
        assertEquals("shop 1", pools.at("/nodes/0/node").asText(), pools.toString());
        assertEquals(3, pools.at("/nodes/0/pools/0/inUse").asInt());
        assertEquals(2, pools.at("/nodes/0/pools/0/timeOuts").asInt());
        assertEquals(250, pools.at("/nodes/0/pools/0/longestWaitMillis").asInt());
    }

    @Test
    void pagesOfTenantsHaveEachOfThemOnceInWhicheverOrder() throws Exception {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            expected.add(tenant.toString());
            fleet.execute("update rehome_directory.tenant set name = 'paged 100%_" + i % 3 + "' where tenant_id = '"
                    + tenant + "'");
        }
        for (TenantPages.Order order : TenantPages.Order.values()) {
            for (String direction : List.of("asc", "desc")) {
                List<String> seen = new ArrayList<>();
                for (int page = 0; page < 4; page++) {
                    JsonNode answer = scene.get("/tenants?q=paged%20100%25_&size=2&page=" + page + "&sort="
                                    + order.name().toLowerCase(Locale.ROOT) + "&order=" + direction)
                            .json();
                    assertEquals(7, answer.get("total").asInt(), order + " " + answer);
                    answer.get("tenants")
                            .forEach(row -> seen.add(row.get("tenant").asText()));
                }
                assertEquals(7, seen.size(), order.toString());
                assertEquals(expected, new HashSet<>(seen), order.toString());
            }
        }
        assertEquals(
                0,
                scene.get("/tenants?q=paged%20100%25_&tier=database")
                        .json()
                        .get("total")
                        .asInt());
        assertEquals(
                0, scene.get("/tenants?q=paged%20100_").json().get("total").asInt(), "% and _ stand for themselves");
        assertEquals(400, scene.get("/tenants?sort=tenant_id;drop").status());
        assertEquals(400, scene.get("/tenants?size=100000").status());
        assertEquals(400, scene.get("/tenants?q=" + "x".repeat(300)).status());
    }

    @Test
    void aTenantIsShownWithAllThatIsKnownOfItAndCheckedOnRequest() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);
        JsonNode shown = scene.get("/tenants/" + tenant).json();
        assertEquals("SCHEMA", shown.at("/home/tier").asText());
        assertEquals("ACTIVE", shown.at("/life/state").asText());
        assertEquals("NEVER", shown.at("/check/state").asText());
        assertEquals(404, scene.get("/tenants/" + NOBODY).status());
        assertEquals(404, scene.get("/tenants/nonsense").status());
        assertEquals(404, scene.post("/tenants/" + NOBODY + "/check").status());

        assertEquals(200, scene.post("/tenants/" + tenant + "/check").status());
        JsonNode checked = await("/tenants/" + tenant + "/check");
        assertTrue(checked.at("/result/clean").asBoolean(), checked.toString());
    }

    @Test
    void expensiveChecksRunWhenAskedForAndAreKept() throws Exception {
        fleet.createTenant(Tier.SCHEMA);
        JsonNode before = scene.get("/schema").json();
        assertTrue(before.at("/drift/result").isMissingNode()
                || before.at("/drift/resultAt").isTextual());
        assertEquals(404, scene.post("/checks/everything").status());
        for (String check : List.of("levels", "drift", "doctor")) {
            Answer asked = scene.post("/checks/" + check);
            assertEquals(200, asked.status(), asked.body());
            JsonNode done = await("/checks/" + check);
            assertEquals("DONE", done.get("state").asText(), done.toString());
            assertEquals("ann at the dashboard", done.get("by").asText());
        }
        JsonNode levels = scene.get("/schema").json().at("/levels/result");
        assertEquals(levels.get("homes"), levels.get("upToDate"));
        assertTrue(scene.get("/schema").json().at("/drift/result/homes").asInt() >= 2);
        assertTrue(scene.get("/checks/doctor")
                .json()
                .at("/result/servers/0/version")
                .asText()
                .startsWith("18"));
        AuditFilter checks =
                new AuditFilter(Optional.empty(), Optional.of("DASHBOARD"), Optional.empty(), Optional.empty());
        Deadline deadline = Deadline.in(PATIENCE);
        while (new AuditTrail(scene.directory())
                .recent(checks, 50).stream().map(AuditEntry::action).noneMatch("CHECK_DOCTOR"::equals)) {
            assertFalse(deadline.passed(), "the check is not in the trail");
            deadline.sleep(INTERVAL);
        }
    }

    @Test
    void aLineOfThePlanIsApprovedAndRejectedAndBothAreInTheTrail() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        PlanLine line = propose(tenant);

        assertEquals(
                "PROPOSED", scene.get("/plan").json().at("/plan/lines/0/state").asText());
        Answer approved = scene.post("/plan/lines/" + line.id() + "/approve");
        assertEquals("APPROVED", approved.json().get("state").asText(), approved.body());
        assertEquals("ann at the dashboard", approved.json().get("by").asText());
        assertEquals(
                "REJECTED",
                scene.post("/plan/lines/" + line.id() + "/reject")
                        .json()
                        .get("state")
                        .asText());
        assertEquals(400, scene.post("/plan/lines/" + NOBODY + "/approve").status());
        AuditFilter plans =
                new AuditFilter(Optional.of(tenant), Optional.of("PLAN"), Optional.empty(), Optional.empty());
        assertEquals(
                List.of("REJECT", "APPROVE"),
                new AuditTrail(scene.directory())
                        .recent(plans, 10).stream().map(AuditEntry::action).toList());
    }

    private PlanLine propose(TenantId tenant) {
        Home target = fleet.home(Tier.DATABASE, tenant);
        PlanLine line = new PlanLine(
                LineId.random(),
                fleet.directory().find(tenant).orElseThrow(),
                target,
                new Reason(Reason.Kind.SIZE, "orders 612,340 > 500,000"),
                OptionalLong.of(1_000_000),
                new Expectation(Optional.of(Duration.ofSeconds(12)), Optional.empty(), "a test"),
                Cost.ZERO,
                Cost.ZERO,
                Instant.now(),
                PlanLine.State.PROPOSED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Plans(scene.directory())
                .propose(new Plan(
                        UUID.randomUUID(),
                        Instant.now(),
                        "a test",
                        1,
                        new FleetCost("USD", Cost.ZERO, Cost.ZERO, Cost.ZERO),
                        List.of(line),
                        List.of()))
                .lines()
                .get(0);
    }

    @Test
    void theFleetIsCountedByServerAndTier() throws Exception {
        fleet.createTenant(Tier.DATABASE);
        JsonNode fleetAnswer = scene.get("/fleet").json();
        assertEquals("eu", fleetAnswer.at("/servers/0/region").asText());
        assertTrue(fleetAnswer.at("/figures/tiers").size() >= 1, fleetAnswer.toString());
        assertEquals(30, fleetAnswer.at("/figures/days").size());
        JsonNode pools = scene.get("/pools").json().at("/servers/0");
        assertTrue(pools.get("inUse").asInt() >= 1, pools.toString());
        assertTrue(pools.at("/byRole/MOVER").asInt() >= 1, pools.toString());
    }

    private JsonNode await(String path) throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (true) {
            JsonNode check = scene.get(path).json();
            if (!Set.of("WAITING", "RUNNING").contains(check.get("state").asText())) {
                return check;
            }
            assertFalse(deadline.passed(), check.toString());
            deadline.sleep(INTERVAL);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private List<Route> routes() {
        return scene.server().routes();
    }

    private static String path(Route route) {
        Map<String, String> values = Map.of("{check}", "doctor", "{name}", "x");
        String path = route.pattern();
        for (Map.Entry<String, String> value : values.entrySet()) {
            path = path.replace(value.getKey(), value.getValue());
        }
        return path.replaceAll("\\{[a-z]+}", NOBODY);
    }
}
