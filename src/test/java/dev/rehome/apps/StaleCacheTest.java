package dev.rehome.apps;

import static dev.rehome.fence.TransactionMode.Isolation.READ_COMMITTED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

    static Stream<Arguments> outOfHomesThatLeaveAForward() {
        return Directions.all()
                .filter(direction -> !Tier.DATABASE.equals(direction.get()[0]));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("outOfHomesThatLeaveAForward")
    void withoutTheDirectoryTheForwardIsFollowedWhenTheOldHomeIsGone(Tier from, Tier to) throws Exception {
        NodeProcess node = scene.nodes("first").get(0);
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
        NodeProcess node = scene.nodes("first").get(0);
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
}
