package dev.rehome.apps;

import static dev.rehome.fence.TransactionMode.Isolation.READ_COMMITTED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.move.MovePhase;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An application that was not asked for a tenant while it moved, once or several times, and is asked now. */
class StaleCacheTest {
    private static AppScene scene;

    @BeforeAll
    static void open() throws SQLException {
        scene = new AppScene();
    }

    @AfterEach
    void admitDirectory() throws SQLException {
        scene.admitDirectory();
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    static Stream<Arguments> outOfHomesThatAreDropped() {
        return Directions.all()
                .filter(direction -> !Tier.SHARED.equals(direction.get()[0]));
    }

    /** The database, or the schema and its role. One of the applications has connections to it, the other none yet. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("outOfHomesThatAreDropped")
    void aCacheThatPointsToADroppedHomeIsPutRight(Tier from, Tier to) throws Exception {
        List<NodeProcess> nodes = scene.nodes("first", "second");
        TenantId tenant = scene.fleet.createTenant(from);
        nodes.get(0).ask("work", tenant, 3, READ_COMMITTED);
        nodes.get(1).ask("know", tenant);

        scene.move(tenant, to, Interleaving.none());

        for (NodeProcess node : nodes) {
            assertEquals(scene.home(tenant, to), node.ask("work", tenant, 2, READ_COMMITTED));
            assertEquals(scene.home(tenant, to), node.ask("read", tenant, READ_COMMITTED));
        }
        scene.audit(tenant);
    }

    static Stream<Arguments> thereAndBackAndElsewhere() {
        return Stream.of(
                Arguments.of(Tier.SHARED, Tier.DATABASE, Tier.SCHEMA),
                Arguments.of(Tier.DATABASE, Tier.SCHEMA, Tier.SHARED));
    }

    /** Each application knows another epoch: the first home, the second, the first again. */
    @ParameterizedTest(name = "{0}, {1}, {0}, {2}")
    @MethodSource("thereAndBackAndElsewhere")
    void aCacheOfAnyEarlierEpochIsPutRight(Tier home, Tier other, Tier last) throws Exception {
        List<NodeProcess> nodes = scene.nodes("first", "second", "third");
        TenantId tenant = scene.fleet.createTenant(home);
        List<Tier> route = List.of(home, other, home);
        for (int i = 0; i < route.size(); i++) {
            if (i > 0) {
                scene.move(tenant, route.get(i), Interleaving.none());
            }
            assertEquals(scene.home(tenant, route.get(i)), nodes.get(i).ask("work", tenant, 2, READ_COMMITTED));
        }
        scene.move(tenant, last, Interleaving.none());

        for (NodeProcess node : nodes) {
            assertEquals(scene.home(tenant, last), node.ask("work", tenant, 2, READ_COMMITTED));
            assertEquals(scene.home(tenant, last), node.ask("read", tenant, READ_COMMITTED));
        }
        scene.audit(tenant);
    }

    /**
     * The way back into a database is made anew under its old name. Until it serves it is not protected yet, and before that
     * not even the grants are there: no reason to fail for an application that only has not heard that the tenant has left.
     */
    @Test
    void aCacheThatPointsToAHomeThatIsBeingMadeAnewIsPutRight() throws Exception {
        List<NodeProcess> nodes = scene.nodes("first", "second", "third");
        TenantId tenant = scene.fleet.createTenant(Tier.DATABASE);
        nodes.get(0).ask("work", tenant, 2, READ_COMMITTED);
        nodes.get(1).ask("know", tenant);
        nodes.get(2).ask("work", tenant, 2, READ_COMMITTED);
        scene.move(tenant, Tier.SHARED, Interleaving.none());
        String shared = scene.home(tenant, Tier.SHARED);

        scene.move(tenant, Tier.DATABASE, Interleaving.none().at(MovePhase.BACKFILL, () -> {
            assertEquals(shared, nodes.get(0).ask("work", tenant, 1, READ_COMMITTED));
            assertEquals(shared, nodes.get(1).ask("work", tenant, 1, READ_COMMITTED));
            administerDatabase(tenant, "revoke usage on schema rehome from rehome_app");
            assertEquals(shared, nodes.get(2).ask("work", tenant, 1, READ_COMMITTED));
            administerDatabase(tenant, "grant usage on schema rehome to rehome_app");
        }));

        for (NodeProcess node : nodes) {
            assertEquals(scene.home(tenant, Tier.DATABASE), node.ask("work", tenant, 2, READ_COMMITTED));
        }
        scene.audit(tenant);
    }

    static Stream<Arguments> outOfHomesThatLeaveAForward() {
        return Directions.all()
                .filter(direction -> !Tier.DATABASE.equals(direction.get()[0]));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("outOfHomesThatLeaveAForward")
    void withoutTheDirectoryTheForwardIsFollowedWhenTheOldHomeIsGone(Tier from, Tier to) throws Exception {
        NodeProcess node = scene.node("first");
        TenantId tenant = scene.fleet.createTenant(from);
        node.ask("work", tenant, 2, READ_COMMITTED);
        scene.refuseDirectory();

        scene.move(tenant, to, Interleaving.none());

        assertEquals(scene.home(tenant, to), node.ask("work", tenant, 2, READ_COMMITTED));
        scene.audit(tenant);
    }

    /** While the old database is there, it forwards; what comes later needs the directory. */
    @Test
    void withoutTheDirectoryADatabaseForwardsUntilItIsDropped() throws Exception {
        NodeProcess node = scene.node("first");
        TenantId tenant = scene.fleet.createTenant(Tier.DATABASE);
        node.ask("work", tenant, 2, READ_COMMITTED);
        scene.refuseDirectory();

        scene.move(
                tenant,
                Tier.SHARED,
                Interleaving.none()
                        .whenCutOver(() -> assertEquals(
                                scene.home(tenant, Tier.SHARED), node.ask("work", tenant, 2, READ_COMMITTED))));

        assertEquals(scene.home(tenant, Tier.SHARED), node.ask("work", tenant, 2, READ_COMMITTED));
        scene.audit(tenant);
    }

    /** A lost connection is a reason to look whether the tenant is still there, but none to fail if nobody can say. */
    @ParameterizedTest
    @EnumSource
    void withoutTheDirectoryAConnectionThatIsLostAtTheFenceIsReplaced(Tier tier) throws Exception {
        NodeProcess node = scene.node("first");
        TenantId tenant = scene.fleet.createTenant(tier);
        node.ask("work", tenant, 2, READ_COMMITTED);
        scene.refuseDirectory();
        CompletableFuture<String> waiting;
        try (Connection fence = scene.fence(tenant)) {
            waiting = node.send("work", tenant, 1, READ_COMMITTED);
            scene.awaitWaiting(node, tenant);
            scene.terminate(node);
            fence.rollback();
        }
        assertEquals(scene.home(tenant, tier), node.answer("work", waiting));
        scene.audit(tenant);
    }

    private static void administerDatabase(TenantId tenant, String sql) throws SQLException {
        try (Connection administrator = scene.fleet.administrator(scene.fleet.home(Tier.DATABASE, tenant));
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }
}
