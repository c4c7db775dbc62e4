package dev.rehome.move.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveReport;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.move.crash.CrashPoint.Manner;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** R8: the last look before the removal, at rows that are never at rest. */
class RetireUnderWritesTest {

    /** Interleaving: whenever the mover is about to ask a side for the rows that have changed, one of them changes again. */
    @Test
    void aRowThatIsWrittenBeforeEachComparisonDoesNotKeepTheOldHome() throws Exception {
        try (CrashScene scene = new CrashScene(Tier.SHARED);
                TenantConnections connections = scene.fleet().connections(new Limits(2, 4, Duration.ofSeconds(30)))) {
            AtomicReference<MovePhase> phase = new AtomicReference<>(MovePhase.PLANNED);
            AtomicInteger writes = new AtomicInteger();
            MoverStatements watched = MoverStatements.watched(sql -> {
                if (phase.get() == MovePhase.RETIRE && sql.contains("select count(*)") && sql.contains("unnest(")) {
                    write(scene, connections);
                    writes.incrementAndGet();
                }
            });
            Mover mover = scene.mover(
                    scene.fleet().servers().openedBy(watched), CrashScene.options(Manner.BESIDE, Duration.ZERO));
            Move move = mover.plan(scene.tenant(), scene.fleet().home(Tier.SCHEMA, scene.tenant()));
            MoveReport report = mover.run(
                    move.id(),
                    new MoveListener() {
                        @Override
                        public void entered(Move entered, MovePhase next) {
                            phase.set(next);
                            if (next == MovePhase.RETIRE) {
                                write(scene, connections);
                            }
                        }
                    },
                    scene.soak(Verdict.RETIRE),
                    false);

            assertEquals(MovePhase.DONE, report.move().phase());
            assertTrue(writes.get() > 0, "the row was not written in between");
        }
    }

    /** A row that the scene's clients leave alone. */
    private static void write(CrashScene scene, TenantConnections connections) {
        Connection connection = connections.acquire(scene.tenant(), TransactionMode.DEFAULT);
        try {
            try (Statement statement = connection.createStatement()) {
                assertEquals(1, statement.executeUpdate("update storefronts set version = version + 1"));
            }
            connection.commit();
            connections.release(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
