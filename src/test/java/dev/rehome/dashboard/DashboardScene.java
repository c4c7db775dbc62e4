package dev.rehome.dashboard;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.alert.Alert;
import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.doctor.Doctor;
import dev.rehome.fleet.TenantCheck;
import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.levels.FleetHomes;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Server;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** A dashboard over a test's fleet, with an operator and a viewer, and requests to it. Every answer is looked through for passwords. */
final class DashboardScene implements AutoCloseable {
    static final String OPERATOR = "the operator's token of this test";
    static final String VIEWER = "the viewer's token of this test";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestFleet fleet;
    private final ConnectionSource directory;
    private final StrategyConfig strategy;
    private final DashboardServer server;
    private volatile List<Alert> alerts = List.of();
    private final HttpClient client = HttpClient.newHttpClient();

    DashboardScene(TestFleet fleet) {
        this.fleet = fleet;
        this.directory =
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test dashboard");
        this.strategy = strategy(fleet);
        this.server = DashboardServer.start(strategy.serve(), sources());
    }

    private static StrategyConfig strategy(TestFleet fleet) {
        Server postgres = fleet.servers().get(PostgresServer.NAME);
        String logins = Arrays.stream(DatabaseRole.values())
                .map(role -> {
                    Login login = Objects.requireNonNull(postgres.logins().get(role));
                    return role.name().toLowerCase(Locale.ROOT) + ": { user: " + login.user() + ", password: \""
                            + login.password() + "\" }";
                })
                .collect(Collectors.joining(", "));
        return StrategyFile.parse(
                "the test's strategy",
                """
                tenant_strategy:
                  default_type: shared
                  migration_thresholds: { customers: 100000, orders: 500000, avg_query_time: 200ms }
                  database_config:
                    shared_database_url: "postgresql://ADDRESS/DATABASE"
                    tenant_database_pattern: "postgresql://ADDRESS/storefront_{storefront_id}"
                    max_connections_per_tenant: 20
                    region: eu
                    roles: { LOGINS }
                  migration_config:
                    batch_size: 1000
                    validation_enabled: true
                    rollback_enabled: true
                    dual_write_duration: "1h"
                    fenced_pass_rows: 0
                    cutover: { max_pause: 2s, lock_timeout: 100ms, deadline: 1m }
                    throttle: { write_latency: 1m, replication_lag: 1m, connections: 99 }
                  serve:
                    port: 0
                    tokens:
                      - { name: ann, role: operator, token: "OPERATOR" }
                      - { name: wally, role: viewer, sha256: "VIEWER" }
                """.replace("ADDRESS", postgres.url().authority())
                        .replace("DATABASE", postgres.url().database())
                        .replace("LOGINS", logins)
                        .replace("OPERATOR", OPERATOR)
                        .replace("VIEWER", Tokens.sha256(VIEWER)),
                name -> null);
    }

    DashboardSources sources() {
        return new DashboardSources(
                () -> strategy,
                directory,
                () -> new LevelSurvey(new FleetHomes(directory, strategy.sharedHomes()), fleet.homes(), 2),
                () -> new Drift(
                        fleet.servers(), fleet.homes(), fleet.control(), fleet.directory(), strategy.sharedHomes()),
                () -> new Doctor(strategy, fleet.homes(), fleet.directory(), fleet.journal()),
                () -> new TenantCheck(fleet.servers(), fleet.homes(), fleet.directory(), fleet.journal(), strategy),
                this::mover,
                () -> alerts,
                () -> "rehome_test_metric 1\n");
    }

    /** These are firing from now on. */
    void alerts(List<Alert> firing) {
        alerts = List.copyOf(firing);
    }

    DashboardServer server() {
        return server;
    }

    StrategyConfig strategy() {
        return strategy;
    }

    ConnectionSource directory() {
        return directory;
    }

    Mover mover() {
        return fleet.mover(MoveOptions.of(strategy.migration()));
    }

    URI uri(String path) {
        return server.address().resolve(path);
    }

    /** What came back. */
    record Answer(int status, HttpResponse<String> response) {
        String body() {
            return response.body();
        }

        JsonNode json() {
            try {
                return JSON.readTree(body());
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + body(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    /** Asks the API as the operator. */
    Answer get(String path) {
        return send(api(path).header("Authorization", "Bearer " + OPERATOR).GET());
    }

    /** Asks something of the API as the operator. */
    Answer post(String path) {
        return postAs(OPERATOR, path);
    }

    Answer postAs(String token, String path) {
        return post(token, path, "{}");
    }

    /** As the operator. */
    Answer post(String path, String body) {
        return post(OPERATOR, path, body);
    }

    private Answer post(String token, String path, String body) {
        return send(api(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("X-Rehome", "1")
                .POST(BodyPublishers.ofString(body)));
    }

    Answer getAs(String token, String path) {
        return send(api(path).header("Authorization", "Bearer " + token).GET());
    }

    HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(uri(Routes.PREFIX + path));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            String said = response.body() + " " + response.headers().map();
            for (Login login : fleet.servers().get(PostgresServer.NAME).logins().values()) {
                assertFalse(said.contains(String.valueOf(login.password())), "a password was answered");
            }
            assertFalse(said.contains(OPERATOR) || said.contains(VIEWER), "a token was answered");
            assertFalse(said.contains("\tat ") || said.contains("Exception"), "a stack trace was answered: " + said);
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        server.close();
    }
}
