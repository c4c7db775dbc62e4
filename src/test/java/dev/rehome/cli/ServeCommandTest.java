package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.automation.Duties;
import dev.rehome.automation.DutyState;
import dev.rehome.automation.Nodes;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.cli.Operator.Terminal;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The process that looks after a fleet, from its start to Ctrl-C, as an operator and a monitoring see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServeCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final String ANN = "the token of ann, who operates";
    private static final String WALLY = "the token of wally, who watches";
    private static final String TOKENS = "tokens: [{ name: ann, role: operator, token: \"" + ANN
            + "\" }, { name: wally, role: viewer, token: \"" + WALLY + "\" }]";
    /** Only what this test waits for. */
    private static final String ONE_DUTY = "automation: { soaks: 0s, statistics: 0s, levels: 0s, checks: 0s }";

    private static final Pattern AT = Pattern.compile("The dashboard is at (\\S+?)(?: and asks .*: (\\S+))?\\s");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private TestFleet fleet;
    private Operator operator;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
    }

    @AfterAll
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void itServesPageApiMetricsAndProbesDoesItsDutiesAndStopsInGoodOrder() throws Exception {
        fleet.createTenant(Tier.SHARED);
        Path strategy = serving("one-spare.yaml", "serve: { port: 0, " + TOKENS + " }", 1);
        Terminal serve = operator.typesElsewhereWith(strategy, "serve", "--json");
        URI address = URI.create(dashboard(serve).group(1));
        await(serve, "fill spares: schema: 1 of 1 ready, 1 made, 0 dropped");

        assertEquals("ok\n", get(address, "healthz", "").body());
        assertEquals("ready\n", get(address, "readyz", "").body());
        HttpResponse<String> page = get(address, "", "");
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("<title>"), page.body());

        assertEquals(401, get(address, "metrics", "").statusCode());
        assertEquals(401, get(address, "api/v1/fleet", "").statusCode());
        assertEquals(
                401, get(address, "api/v1/fleet", "a token that nobody has").statusCode());
        String metrics = metricsWith(address, "rehome_spares{state=\"ready\"} 1.0");
        assertTrue(metrics.contains("rehome_tenants{server=\"default\",tier=\"shared\"} 1.0"), metrics);
        assertEquals(
                1,
                json(get(address, "api/v1/fleet", WALLY))
                        .at("/figures/tiers/0/tenants")
                        .asInt());
        JsonNode automation = json(get(address, "api/v1/automation", WALLY));
        assertEquals(1, automation.get("nodes").size(), automation.toString());
        assertTrue(automation.get("duties").toString().contains("\"fill spares\""), automation.toString());

        assertEquals(403, post(address, "api/v1/checks/levels", WALLY).statusCode());
        HttpResponse<String> asked = post(address, "api/v1/checks/levels", ANN);
        assertEquals(200, asked.statusCode(), asked.body());
        assertEquals("ann at the dashboard", json(asked).get("by").asText());

        serve.interrupt();
        Answer stopped = serve.answer();
        assertEquals(0, stopped.status(), stopped.err());
        assertTrue(stopped.json().get("stopped").asBoolean(), stopped.out());
        assertFalse(stopped.err().contains(ANN) || stopped.err().contains(WALLY), stopped.err());
        assertFalse(stopped.err().contains("FAILED"), stopped.err());
        assertThrows(ConnectException.class, () -> get(address, "healthz", ""));
        assertEquals(List.of(), new Nodes(directory()).list());
        assertTrue(
                new Duties(directory()).list().stream().map(DutyState::holder).allMatch(holder -> holder.isEmpty()));
        assertEquals(0, operator.types("spares", "fill").status()); // whose file wants none
    }

    @Test
    void withoutTokensItSaysTheOneThatItHasMadeUp() throws Exception {
        Path strategy = serving("no-tokens.yaml", "serve: { port: 0 }", 0);
        Terminal serve = operator.typesElsewhereWith(strategy, "serve");
        Matcher at = dashboard(serve);
        URI address = URI.create(at.group(1));

        JsonNode session = json(get(address, "api/v1/session", at.group(2)));
        assertEquals("OPERATOR", session.get("role").asText(), session.toString());

        serve.interrupt();
        Answer stopped = serve.answer();
        assertEquals(0, stopped.status(), stopped.err());
        assertTrue(stopped.out().contains("Stopped. Moves are left as they are"), stopped.out());
    }

    @Test
    void anAddressThatOthersCanReachIsRefusedWithoutTokens() throws IOException {
        Answer refused =
                operator.typesWith(serving("open.yaml", "serve: { address: 0.0.0.0, port: 0 }", 0), "serve", "--json");
        assertEquals(3, refused.status(), refused.err());
        assertTrue(refused.json().at("/error/message").asText().contains("needs tokens"), refused.out());
    }

    private Path serving(String name, String serve, int schemas) throws IOException {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add(operator.text().spares(schemas, 0).toString().stripTrailing())
                .add("  " + ONE_DUTY)
                .add("  " + serve);
        return Files.writeString(operator.folder().resolve(name), lines.toString());
    }

    private static Matcher dashboard(Terminal serve) throws InterruptedException {
        await(serve, "The dashboard is at ");
        Matcher at = AT.matcher(serve.said());
        assertTrue(at.find(), serve.said());
        return at;
    }

    private static void await(Terminal terminal, String words) throws InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!terminal.said().contains(words)) {
            assertFalse(deadline.passed(), () -> "waited in vain for: " + words + "; there was " + terminal.said());
            deadline.sleep(INTERVAL);
        }
    }

    /** Once they have it: they may be a few seconds old. */
    private String metricsWith(URI address, String line) throws Exception {
        Deadline deadline = Deadline.in(PATIENCE);
        String metrics = get(address, "metrics", WALLY).body();
        while (!metrics.contains(line)) {
            assertFalse(deadline.passed(), metrics);
            deadline.sleep(INTERVAL);
            metrics = get(address, "metrics", WALLY).body();
        }
        return metrics;
    }

    private HttpResponse<String> get(URI address, String path, String token) throws Exception {
        return send(HttpRequest.newBuilder(address.resolve("/" + path)), token);
    }

    private HttpResponse<String> post(URI address, String path, String token) throws Exception {
        return send(
                HttpRequest.newBuilder(address.resolve("/" + path))
                        .header("Content-Type", "application/json")
                        .header("X-Rehome", "1")
                        .POST(BodyPublishers.ofString("{}")),
                token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String token) throws Exception {
        HttpRequest.Builder signed = token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
        return client.send(signed.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    private ConnectionSource directory() {
        return () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test serve");
    }
}
