package dev.rehome.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookSinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Alert ALERT = new Alert(
            "RehomeMoveStopped", Severity.CRITICAL, "move 1", Instant.parse("2026-01-01T00:00:00Z"), "say \"why\"");

    private HttpServer server;
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> posted = new LinkedBlockingQueue<>();
    private WebhookSink sink;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Integer answer = answers.poll();
            exchange.sendResponseHeaders(answer == null ? 204 : answer, -1);
            exchange.close();
        });
        server.start();
        sink = new WebhookSink(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook"),
                Duration.ofSeconds(5),
                Duration.ofMillis(1));
    }

    @AfterEach
    void end() {
        sink.close();
        server.stop(0);
    }

    @Test
    void anAlertIsPostedWhenItFiresAndWhenItIsOver() throws Exception {
        sink.fired(ALERT);
        sink.resolved(ALERT);

        JsonNode fired = new ObjectMapper().readTree(next());
        assertEquals("firing", fired.get("status").asText());
        assertEquals("RehomeMoveStopped", fired.get("alert").asText());
        assertEquals("critical", fired.get("severity").asText());
        assertEquals("say \"why\"", fired.get("text").asText());
        assertEquals("operations.md#rehomemovestopped", fired.get("runbook").asText());
        assertEquals(
                "resolved", new ObjectMapper().readTree(next()).get("status").asText());
    }

    @Test
    void aServerThatFailsIsAskedAgain() throws Exception {
        answers.add(500);
        answers.add(429);
        sink.fired(ALERT);
        String first = next();
        assertEquals(first, next());
        assertEquals(first, next());
        sink.resolved(ALERT);
        assertTrue(next().contains("resolved"));
        assertEquals(0, sink.givenUp());
    }

    @Test
    void whatIsRefusedForGoodIsGivenUpAndTheNextIsPosted() throws Exception {
        answers.add(404);
        sink.fired(ALERT);
        sink.resolved(ALERT);
        assertTrue(next().contains("firing"));
        assertTrue(next().contains("resolved"));
        assertEquals(1, sink.givenUp());
    }

    @Test
    void aServerThatIsNotThereIsGivenUpInTheEnd() throws Exception {
        server.stop(0);
        sink.fired(ALERT);
        Deadline deadline = Deadline.in(PATIENCE);
        while (sink.givenUp() == 0 && !deadline.passed()) {
            deadline.sleep(Duration.ofMillis(5));
        }
        assertEquals(1, sink.givenUp());
        assertNull(posted.poll());
    }

    private String next() throws InterruptedException {
        @Nullable String body = posted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertTrue(body != null, "nothing was posted");
        return String.valueOf(body);
    }
}
