package dev.rehome.throttle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.testing.OwnServer;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final String NAME = "eu-1";
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    /** Of 20 connections PostgreSQL keeps 3 for superusers. */
    private static final int ALLOWED = 17;

    private static OwnServer server;

    private final Deque<Connection> opened = new ArrayDeque<>();
    private Connection administrator;

    @BeforeAll
    static void start() throws Exception {
        server = OwnServer.start(Map.of("max_connections", "20"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /** One connection for the whole test, as closed ones would go on counting for a while. */
    @BeforeEach
    void open() throws Exception {
        administrator = server.administrator();
        awaitClients(1);
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection each : opened) {
            each.close();
        }
        administrator.close();
    }

    @Test
    void aServerThatIsAtEaseNeedsNoRest() throws Exception {
        try (Throttle throttle = throttle(ThrottleLimits.DEFAULT.writeLatency(), 80)) {
            assertTrue(throttle.await(soon(), reason -> {}));
            assertEquals(Optional.empty(), throttle.reason());
        }
    }

    @Test
    void aCommitThatTakesLongIsAReason() throws Exception {
        try (Throttle throttle = throttle(Duration.ofNanos(1), 100)) {
            String reason = throttle.reason().orElseThrow().toString();

            assertTrue(reason.matches("server eu-1: a small commit took [0-9.]+ ms, limit 0.000 ms"), reason);
        }
    }

    @Test
    void connectionsInUseAreAReasonUntilTheyAreWellBelowTheLimit() throws Exception {
        try (Throttle throttle = throttle(NEVER, 50)) {
            assertEquals(Optional.empty(), throttle.reason());

            openUntil(10);
            awaitReason(throttle, "server eu-1: 10 of 17 connections in use, limit 50 %");
            closeUntil(8);
            awaitReason(throttle, "server eu-1: 8 of 17 connections in use, limit 50 %");
            closeUntil(6);

            assertTrue(throttle.await(soon(), reason -> {}));
            openUntil(8);
            assertEquals(8, clients());
            assertEquals(Optional.empty(), throttle.reason());
        }
    }

    @Test
    void aServerWithNoConnectionLeftIsAReason() throws Exception {
        try (Throttle throttle = throttle(NEVER, 100)) {
            openUntil(ALLOWED);
            assertEquals(
                    "server eu-1: has no connection or no memory left (SQLSTATE 53300)",
                    throttle.reason().orElseThrow().toString());
            closeUntil(1);
            assertTrue(throttle.await(soon(), reason -> {}));
        }
    }

    @Test
    void aServerThatIsStoppedIsAReasonUntilItIsUpAgain() throws Exception {
        List<String> reasons = new ArrayList<>();
        try (Throttle throttle = throttle(NEVER, 100)) {
            assertEquals(Optional.empty(), throttle.reason());
            server.stop();
            try {
                assertFalse(throttle.await(Deadline.in(Duration.ZERO), reason -> reasons.add(reason.toString())));
            } finally {
                server.startAgain();
            }
            assertTrue(throttle.await(soon(), reason -> {}));
        }
        assertEquals(1, reasons.size());
        assertTrue(reasons.get(0).startsWith("server eu-1: does not answer (SQLSTATE "), reasons.get(0));
    }

    @Test
    void aConnectionThatIsLostIsReplacedWithoutAWord() throws Exception {
        try (Throttle throttle = throttle(NEVER, 100)) {
            assertEquals(Optional.empty(), throttle.reason());
            assertEquals(
                    1,
                    administrator("select count(*) from (select pg_terminate_backend(pid, 10000) as ended"
                            + " from pg_stat_activity where application_name = 'rehome throttle') where ended"));
            assertEquals(Optional.empty(), throttle.reason());
        }
    }

    @Test
    void anAnswerHoldsForTheInterval() throws Exception {
        ThrottleLimits limits = new ThrottleLimits(NEVER, NEVER, 50, NEVER);
        try (Throttle throttle = throttle(limits, server.server(NAME));
                Throttle other = throttle(NEVER, 50)) {
            assertEquals(Optional.empty(), throttle.reason());
            openUntil(12);
            assertTrue(other.reason().isPresent());
            assertEquals(Optional.empty(), throttle.reason());
        }
    }

    @Test
    void waitingIsOverWhenItsDeadlineIsOrItsThreadIsInterrupted() throws Exception {
        List<ThrottleReason> reasons = new ArrayList<>();
        ThrottleLimits limits = new ThrottleLimits(AT_ONCE, NEVER, 100, NEVER);
        try (Throttle throttle = throttle(limits, server.server(NAME))) {
            assertFalse(throttle.await(Deadline.in(Duration.ZERO), reasons::add));
            assertEquals(List.of(throttle.reason().orElseThrow()), reasons);

            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> throttle.await(soon(), reason -> {}));
        }
    }

    @Test
    void aServerThatRefusesToBeAskedIsAFailure() throws Exception {
        Server server = ThrottleTest.server.server(NAME);
        Server unknown = new Server(
                NAME, server.region(), server.url(), Map.of(DatabaseRole.MOVER, new Login("nobody", "secret")));
        try (Throttle throttle = throttle(ThrottleLimits.DEFAULT, unknown)) {
            RehomeException e = assertThrows(RehomeException.class, throttle::reason);
            assertEquals(ErrorKind.EXTERNAL, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("SQLSTATE 28000"), e.getMessage());
        }
    }

    /** A standby that applies nothing falls behind by as much as time passes. */
    @Test
    void aStandbyThatFallsBehindIsAReasonUntilItHasCaughtUp() throws Exception {
        ThrottleLimits limits = new ThrottleLimits(NEVER, Duration.ofSeconds(1), 100, Duration.ofMillis(20));
        try (OwnServer primary = OwnServer.start(Map.of());
                OwnServer standby =
                        primary.standby("recovery_min_apply_delay = 1h\nwal_receiver_status_interval = 1s");
                Throttle throttle = throttle(limits, primary.server(NAME))) {
            ThrottleReason reason = awaitReason(throttle);
            assertTrue(
                    reason.toString().matches("server eu-1: the slowest standby lags [0-9]+ ms, limit 1000 ms"),
                    reason::toString);

            try (Connection there = standby.administrator();
                    Statement statement = there.createStatement()) {
                statement.execute("alter system set recovery_min_apply_delay = 0");
                statement.execute("select pg_reload_conf()");
            }
            assertTrue(throttle.await(soon(), each -> {}));
        }
    }

    private static Throttle throttle(Duration writeLatency, int connectionsPercent) {
        return throttle(new ThrottleLimits(writeLatency, NEVER, connectionsPercent, AT_ONCE), server.server(NAME));
    }

    private static Throttle throttle(ThrottleLimits limits, Server server) {
        return Throttle.open(
                Servers.of(server), limits, List.of(new Database(NAME, "one"), new Database(NAME, "another")));
    }

    /** Long, because the machines that run tests are slow. */
    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(60));
    }

    private static void awaitReason(Throttle throttle, String expected) throws InterruptedException {
        Deadline deadline = soon();
        while (!throttle.reason().map(ThrottleReason::toString).equals(Optional.of(expected))) {
            assertFalse(deadline.passed(), () -> "is " + throttle.reason() + " and not " + expected);
            deadline.sleep(Duration.ofMillis(5));
        }
    }

    private static ThrottleReason awaitReason(Throttle throttle) throws InterruptedException {
        Deadline deadline = soon();
        while (true) {
            Optional<ThrottleReason> reason = throttle.reason();
            if (reason.isPresent()) {
                return reason.get();
            }
            assertFalse(deadline.passed(), "no reason");
            deadline.sleep(Duration.ofMillis(5));
        }
    }

    /** Opens connections of the application until the server has so many clients. */
    private void openUntil(int clients) throws Exception {
        while (clients() < clients) {
            opened.push(Servers.of(server.server(NAME))
                    .open(new Database(NAME, "postgres"), "public", DatabaseRole.APP, "crowd"));
        }
    }

    private void closeUntil(int clients) throws Exception {
        while (!opened.isEmpty() && clients() > clients) {
            int before = clients();
            opened.pop().close();
            awaitClients(before - 1);
        }
    }

    private void awaitClients(int clients) throws Exception {
        Deadline deadline = soon();
        while (clients() != clients) {
            assertFalse(deadline.passed(), "a connection stays");
            deadline.sleep(Duration.ofMillis(5));
        }
    }

    private int clients() throws SQLException {
        return administrator("select count(*) from pg_stat_activity where backend_type = 'client backend'");
    }

    private int administrator(String sql) throws SQLException {
        try (Statement statement = administrator.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
