package dev.rehome.apps;

import static dev.rehome.fence.TransactionMode.Isolation.READ_COMMITTED;
import static dev.rehome.fence.TransactionMode.Isolation.REPEATABLE_READ;
import static dev.rehome.fence.TransactionMode.Isolation.SERIALIZABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlState;
import dev.rehome.move.MovePhase;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that write with plain JDBC and without {@code enter}, one as the run-time role and one as an administrator, each
 * over one connection that it had before the move. They know nothing of moves, so after one they are refused, with nothing
 * done; before, nothing of theirs is lost.
 */
class UnenteredApplicationTest {
    private static final String SERIALIZATION_FAILURE = "40001";
    private static AppScene scene;

    @BeforeAll
    static void open() throws SQLException {
        scene = new AppScene();
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.OF_EVERY_KIND)
    void whatIsWrittenWithoutEnteringIsMovedOrRefused(Tier from, Tier to) throws Exception {
        NodeProcess script = scene.node("script");
        TenantId tenant = scene.fleet.createTenant(from);
        List<String> writers = open(script, tenant);
        script.ask("work", tenant, 2, READ_COMMITTED);
        writeAndCommit(script, writers);

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCaptureIsOn(() -> all(script, "plain-write", writers))
                        .at(MovePhase.CATCH_UP, () -> all(script, "plain-commit", writers))
                        .at(MovePhase.VERIFY, () -> writeAndCommit(script, writers))
                        .at(MovePhase.CUTOVER, () -> all(script, "plain-write", writers))
                        .whenPostponed(() -> all(script, "plain-commit", writers))
                        .whenCutOver(() -> {
                            assertRefused(SqlState.MOVED, script, writers);
                            disconnect(script, writers, from);
                        }));

        if (from == Tier.SHARED) {
            assertRefused(SqlState.MOVED, script, writers);
        }
        assertEquals(scene.home(tenant, to), script.ask("work", tenant, 1, READ_COMMITTED));
        scene.audit(tenant);
    }

    /** Interleaving: it takes its snapshot, the tenant is moved, it writes. It would see itself at home. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.TO_EVERY_TIER)
    void anUnenteredWriteWithASnapshotOlderThanTheCutoverIsRefusedToo(Tier from, Tier to) throws Exception {
        NodeProcess script = scene.node("script");
        TenantId tenant = scene.fleet.createTenant(from);
        List<String> writers = open(script, tenant);
        script.ask("work", tenant, 1, READ_COMMITTED);

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .at(MovePhase.VERIFY, () -> {
                            begin(script, writers, SERIALIZABLE);
                        })
                        .whenCutOver(() -> {
                            assertRefused(SERIALIZATION_FAILURE, script, writers);
                            begin(script, writers, REPEATABLE_READ);
                            assertRefused(SqlState.MOVED, script, writers);
                            disconnect(script, writers, from);
                        }));

        scene.audit(tenant);
    }

    /** One as the run-time role, bound to the tenant, and one as an administrator. */
    private static List<String> open(NodeProcess script, TenantId tenant) throws SQLException {
        Home home = scene.serving(tenant);
        List<String> writers = List.of("application." + tenant, "administrator." + tenant);
        List<Login> logins =
                List.of(scene.fleet.servers().login(PostgresServer.NAME, DatabaseRole.APP), scene.administrator());
        for (int i = 0; i < 2; i++) {
            script.ask(
                    "plain-open",
                    writers.get(i),
                    tenant,
                    logins.get(i).user(),
                    String.valueOf(logins.get(i).password()),
                    home.database().name(),
                    home.schema());
        }
        script.ask("plain-bind", writers.get(0), home.tier() == Tier.SCHEMA ? home.schema() : "none");
        return writers;
    }

    /** A database is not dropped while an administrator is in it; whoever else is in it need not go. */
    private static void disconnect(NodeProcess script, List<String> writers, Tier from) {
        if (from == Tier.DATABASE) {
            script.ask("plain-close", writers.get(1));
        }
    }

    private static void begin(NodeProcess script, List<String> writers, Isolation isolation) {
        writers.forEach(writer -> script.ask("plain-begin", writer, isolation));
    }

    private static void writeAndCommit(NodeProcess script, List<String> writers) {
        all(script, "plain-write", writers);
        all(script, "plain-commit", writers);
    }

    private static void all(NodeProcess script, String command, List<String> writers) {
        writers.forEach(writer -> script.ask(command, writer));
    }

    private static void assertRefused(String state, NodeProcess script, List<String> writers) {
        writers.forEach(writer -> assertEquals(state, script.refused("plain-write", writer), writer));
    }
}
