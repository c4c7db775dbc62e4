package dev.rehome.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.audit.AuditEntry;
import dev.rehome.audit.AuditFilter;
import dev.rehome.audit.AuditTrail;
import dev.rehome.config.ServeConfig;
import dev.rehome.dashboard.DashboardScene.Answer;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of somebody who means no good. Each test has a dashboard of its own, which has not been harmed yet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private TestFleet fleet;
    private DashboardScene scene;

    @BeforeAll
    void openFleet() throws SQLException {
        fleet = TestFleet.onPostgres();
    }

    @AfterAll
    void closeFleet() throws SQLException {
        fleet.close();
    }

    @BeforeEach
    void open() {
        scene = new DashboardScene(fleet);
    }

    @AfterEach
    void close() throws SQLException {
        scene.close();
    }

    @Test
    void whoGuessesTokensIsSlowedAndInTheTrailAndKnowsNothingMore() {
        Instant begun = Instant.now();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            statuses.add(scene.getAs("a guess, number " + i, "/fleet").status());
        }
        assertEquals(List.of(401, 401, 401, 401, 401, 429, 429, 429), statuses);
        Answer right = scene.get("/fleet");
        assertEquals(429, right.status(), "even the right token is not looked at for a while");
        assertTrue(Integer.parseInt(right.header("retry-after")) >= 1);
        AuditFilter guesses =
                new AuditFilter(Optional.empty(), Optional.of("DASHBOARD"), Optional.of(begun), Optional.empty());
        List<AuditEntry> trail = new AuditTrail(scene.directory())
                .recent(guesses, 100).stream()
                        .filter(entry -> entry.action().equals("SIGN_IN"))
                        .toList();
        assertEquals(3, trail.size(), "the first, second and fourth guess: " + trail);
        assertTrue(trail.stream()
                .allMatch(entry -> entry.outcome().equals("REFUSED")
                        && entry.by().equals(Optional.of("127.0.0.1"))
                        && !entry.reason().contains("a guess")));
    }

    @Test
    void signingInIsGuardedLikeATokenAndItsCookieCannotBeReadOrSentByOthers() {
        Answer wrong = scene.send(signIn("{\"token\": \"not the operator's token\"}"));
        assertEquals(401, wrong.status());
        assertEquals("", wrong.header("set-cookie"));
        assertEquals(400, scene.send(signIn("{\"token\": 12}")).status());
        assertEquals(400, scene.send(signIn("[]")).status());
        assertEquals(400, scene.send(signIn("{")).status());
        assertEquals(400, scene.send(signIn("[".repeat(2000))).status());

        Answer right = scene.send(signIn("{\"token\": \"" + DashboardScene.OPERATOR + "\"}"));
        assertEquals(200, right.status(), right.body());
        String cookie = right.header("set-cookie");
        assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
        String pair = cookie.substring(0, cookie.indexOf(';'));
        assertEquals(200, scene.send(scene.api("/fleet").header("Cookie", pair)).status());
        Answer out = scene.send(scene.api("/sign-out")
                .header("Cookie", pair)
                .header("Content-Type", "application/json")
                .header("X-Rehome", "1")
                .POST(BodyPublishers.ofString("{}")));
        assertEquals(204, out.status());
        assertEquals(401, scene.send(scene.api("/fleet").header("Cookie", pair)).status());
    }

    private HttpRequest.Builder signIn(String body) {
        return scene.api("/sign-in")
                .header("Content-Type", "application/json")
                .header("X-Rehome", "1")
                .POST(BodyPublishers.ofString(body));
    }

    @Test
    void aFloodOfRequestsIsCutOffAndHealedByItself() throws Exception {
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            if (scene.send(HttpRequest.newBuilder(scene.uri("/healthz"))).status() == 429) {
                refused++;
            }
        }
        assertTrue(refused > 0, "nobody was refused");
        Deadline deadline = Deadline.in(PATIENCE);
        while (scene.get("/fleet").status() != 200) {
            assertFalse(deadline.passed(), "still refused");
            deadline.sleep(INTERVAL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example, 403",
        "Origin, null, 403",
        "Origin, http://127.0.0.1:1, 403",
        "Origin, http://127.0.0.1.evil.example, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Content-Type, text/plain, 415",
        "Content-Type, application/x-www-form-urlencoded, 415",
    })
    void aPageOfAnotherSiteAsksForNothing(String header, String value, int status) throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        var move = scene.mover().plan(tenant, fleet.home(Tier.SCHEMA, tenant));
        HttpRequest.Builder request = scene.api("/moves/" + move.id() + "/cancel")
                .header("Authorization", "Bearer " + DashboardScene.OPERATOR)
                .header("X-Rehome", "1")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        request.setHeader(header, value);

        Answer answer = scene.send(request);

        assertEquals(status, answer.status(), answer.body());
        assertEquals(
                Optional.empty(),
                fleet.journal().status(move.id()).orElseThrow().request());
        scene.mover().cancel(move);
    }

    @Test
    void whatAnHtmlFormCanSendIsRefused() {
        Answer answer = scene.send(scene.api("/sign-out")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        assertEquals(403, answer.status(), "without the page's own header");
        assertEquals(405, scene.send(scene.api("/fleet").DELETE()).status());
        assertEquals(
                405,
                scene.send(scene.api("/fleet").PUT(BodyPublishers.ofString("{}")))
                        .status());
        assertEquals(
                405,
                scene.send(scene.api("/moves/550e8400-e29b-41d4-a716-446655440000/cancel")
                                .header("Authorization", "Bearer " + DashboardScene.OPERATOR)
                                .GET())
                        .status());
    }

    @Test
    void aHugeBodyIsNotRead() {
        byte[] huge = new byte[5_000_000];
        Answer announced = scene.send(signIn("{}").POST(BodyPublishers.ofByteArray(new byte[Call.LARGEST_BODY + 1])));
        assertEquals(413, announced.status());
        Answer unannounced = scene.send(signIn("{}")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(huge, 0, Call.LARGEST_BODY + 1))));
        assertEquals(413, unannounced.status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc%2fpasswd",
                "/views/../../../dev/rehome/dashboard/DashboardServer.class",
                "/views/..\\..\\DashboardServer.class",
                "/DashboardServer.class",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF",
                "/app.js%00.html",
                "/views/",
                "/api/v1/../v1/fleet",
                "/api/v1/moves/..%2f..%2fhealthz",
                "/api/v1/tenants/%3Cscript%3E",
                "/api/v1//fleet",
                "/api/v1/fleet/",
                "/api/v1/FLEET",
                "/api/v1/fleet;x=1/../session",
            })
    void aTrickInThePathLeadsNowhere(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        int status = Integer.parseInt(answer.split(" ", 3)[1]);
        boolean nobodysSession = answer.endsWith("{\"signedIn\":false}");
        assertTrue(status == 400 || status == 401 || status == 404 || nobodysSession, path + ": " + answer);
        assertFalse(answer.contains("root:") || answer.contains("Tomcat") || answer.contains("\tat "), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            })
    void aMalformedRequestIsAnsweredWithoutAWordAboutTheServer(String request) throws Exception {
        String answer = raw(request);
        int status = Integer.parseInt(answer.split(" ", 3)[1]);
        assertTrue(status >= 400 && status < 500, answer);
        assertFalse(answer.contains("Tomcat") || answer.contains("Exception"), answer);
    }

    @Test
    void aHeaderThatIsTooLongIsRefused() throws Exception {
        String answer = raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
    }

    @Test
    void everyAnswerTellsBrowsersWhatNotToDoWithIt() {
        for (String path : List.of("/", "/app.js", "/healthz", "/nothing", "/api/v1/fleet")) {
            Answer answer = scene.send(HttpRequest.newBuilder(scene.uri(path)));
            String policy = answer.header("content-security-policy");
            assertTrue(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertEquals("nosniff", answer.header("x-content-type-options"), path);
            assertEquals("DENY", answer.header("x-frame-options"), path);
            assertEquals("no-store", answer.header("cache-control"), path);
            assertEquals("", answer.header("server"), path);
            assertEquals("", answer.header("access-control-allow-origin"), path);
        }
    }

    @Test
    void aThousandWatchersAreCutToAFewAndNobodyElseWaits() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            int accepted = 0;
            for (int i = 0; i < 1_000; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        scene.server().address().getPort());
                socket.setSoTimeout((int) PATIENCE.toMillis());
                sockets.add(socket);
                socket.getOutputStream()
                        .write(("GET /api/v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                        + DashboardScene.OPERATOR + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                String status = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                        .readLine();
                if (status.contains(" 200")) {
                    accepted++;
                } else {
                    assertTrue(status.contains(" 503") || status.contains(" 429"), status);
                }
            }
            assertEquals(EventHub.MOST_PER_VISITOR, accepted);
            assertEquals(accepted, scene.server().watching());
            Deadline deadline = Deadline.in(PATIENCE);
            while (scene.get("/fleet").status() != 200) {
                assertFalse(deadline.passed(), "the watchers keep everybody out");
                deadline.sleep(INTERVAL);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void aWatcherIsToldOfAMoveAndIsForgottenWhenItHasGone() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        var move = scene.mover().plan(tenant, fleet.home(Tier.SCHEMA, tenant));
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), scene.server().address().getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(("GET /api/v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + DashboardScene.VIEWER
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = lines.readLine();
            while (!line.startsWith("data: {\"moves\"")) {
                line = lines.readLine();
            }
            assertTrue(line.contains(move.id().toString()), line);
            scene.mover().cancel(move);
            while (!line.contains("CANCELLED")) {
                line = lines.readLine();
            }
        }
        Deadline deadline = Deadline.in(PATIENCE);
        while (scene.server().watching() > 0) {
            assertFalse(deadline.passed(), "it is still thought to be there");
            fleet.execute("update rehome_directory.move set lag_rows = lag_rows + 1"); // something to be told of
            deadline.sleep(INTERVAL);
        }
    }

    @Test
    void aNameThatIsMarkupIsAnsweredAsText() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        fleet.execute(
                "update rehome_directory.tenant set name = '</script><img src=x onerror=alert(1)>' where tenant_id = '"
                        + tenant + "'");
        Answer answer = scene.get("/tenants/" + tenant);
        assertTrue(answer.header("content-type").startsWith("application/json"));
        assertEquals(
                "</script><img src=x onerror=alert(1)>",
                answer.json().get("name").asText());
    }

    @Test
    void withoutTokensItListensToThisMachineOnlyAndMakesOneUp() {
        ServeConfig everywhere = new ServeConfig("0.0.0.0", 0, List.of());
        RehomeException refused =
                assertThrows(RehomeException.class, () -> DashboardServer.start(everywhere, scene.sources()));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        try (DashboardServer first =
                        DashboardServer.start(new ServeConfig("127.0.0.1", 0, List.of()), scene.sources());
                DashboardServer second =
                        DashboardServer.start(new ServeConfig("127.0.0.1", 0, List.of()), scene.sources())) {
            assertNotEquals(first.madeUpToken(), second.madeUpToken());
            assertEquals(64, first.madeUpToken().orElseThrow().length());
            RehomeException taken = assertThrows(
                    RehomeException.class,
                    () -> DashboardServer.start(
                            new ServeConfig("127.0.0.1", first.address().getPort(), List.of()), scene.sources()));
            assertEquals(ErrorKind.CONFIGURATION, taken.kind());
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), scene.server().address().getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
