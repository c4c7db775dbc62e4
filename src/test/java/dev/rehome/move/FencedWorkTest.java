package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.move.MoveContext.MoveTools;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FencedWorkTest {
    private static final MoveOptions OPTIONS = MoveOptions.DEFAULT.toBuilder()
            .notice(Duration.ZERO)
            .cutover(new CutoverBudget(
                    Duration.ofMillis(400), Duration.ofMillis(100), Duration.ofSeconds(60), Optional.empty()))
            .build();

    private TestFleet fleet;
    private TenantConnections connections;
    private TenantId tenant;
    private MoveJournal journal;
    private @Nullable LeaseKeeper keeper;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = fleet.connections(new Limits(5, 10, Duration.ofSeconds(30)));
        tenant = fleet.createTenant(Tier.SHARED);
        journal = fleet.journal();
    }

    @AfterEach
    void close() throws SQLException {
        if (keeper != null) {
            keeper.close();
            keeper.journal().close();
        }
        connections.close();
        fleet.close();
    }

    /** R6. Interleaving: the mover takes the fence and is not heard of again until a client has got in. */
    @Test
    void aFenceThatOutlivesItsBudgetIsTakenDownByTheServerAndTheWorkIsDoneLater() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        List<String> postponed = new ArrayList<>();
        try (MoveContext context = context(postponed)) {
            FencedWork.run(context, fleet.sharedHome(), (fence, up) -> {
                if (attempts.incrementAndGet() == 1) {
                    Connection client = connections.acquire(tenant, TransactionMode.DEFAULT);
                    client.rollback();
                    connections.release(client);
                }
            });
        }
        assertEquals(2, attempts.get());
        assertEquals(1, postponed.size(), postponed.toString());
        assertTrue(postponed.get(0).contains("the server took the fence down"), postponed.toString());
    }

    /** Interleaving: the work commits, the connection is lost before the answer, the next attempt looks first. */
    @Test
    void workWhoseAnswerWasLostIsNotDoneTwice() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        List<String> postponed = new ArrayList<>();
        try (MoveContext context = context(postponed)) {
            FencedWork.run(context, fleet.sharedHome(), new FencedWork.Work() {
                @Override
                public void run(Connection fence, Deadline up) throws SQLException {
                    attempts.incrementAndGet();
                    fence.commit();
                    fence.abort(Runnable::run);
                    throw new SQLException("the answer to the commit was lost", "08006");
                }

                @Override
                public boolean isDone(Connection connection) {
                    return true;
                }
            });
        }
        assertEquals(1, attempts.get());
        assertEquals(1, postponed.size());
    }

    private MoveContext context(List<String> postponed) throws SQLException {
        Placement source = fleet.directory().find(tenant).orElseThrow();
        assertEquals(Epoch.FIRST, source.epoch());
        Move planned = journal.plan(source, fleet.home(Tier.SCHEMA, tenant));
        MoverJournal written = journal.ofMover();
        MoveStatus taken = written.take(planned.id(), "test", OPTIONS.lease(), 1, false);
        MoveListener listener = new MoveListener() {
            @Override
            public void postponed(Move postponedMove, String reason) {
                postponed.add(reason);
            }
        };
        MoveTools tools = new MoveTools(
                fleet.servers(), fleet.homes(), fleet.directory(), journal, TestFleet.TENANT_COLUMN, OPTIONS);
        keeper = LeaseKeeper.start(written, taken, OPTIONS.lease());
        MoveContext context =
                new MoveContext(taken, Duration.ZERO, tools, keeper, listener, SoakDecision.after(Duration.ZERO));
        context.claim(fleet.sharedHome());
        return context;
    }
}
