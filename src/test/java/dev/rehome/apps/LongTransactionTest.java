package dev.rehome.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.move.MovePhase;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transactions of every isolation level, in a process for each, so that none of them can conflict with another of the
 * application's: a serialization failure would be the move's.
 */
class LongTransactionTest {
    private static final List<Isolation> ISOLATIONS = List.of(Isolation.values());

    private static AppScene scene;

    @BeforeAll
    static void open() throws SQLException {
        scene = new AppScene();
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    /** Not in the snapshot that is copied, and committed when the copy is complete. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.OF_EVERY_KIND)
    void openOverTheWholeBackfillIsCarriedOver(Tier from, Tier to) throws Exception {
        List<NodeProcess> nodes = nodes();
        TenantId tenant = scene.fleet.createTenant(from);
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).ask("work", tenant, 2, ISOLATIONS.get(i));
        }

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCaptureIsOn(() -> {
                            for (int i = 0; i < nodes.size(); i++) {
                                nodes.get(i).ask("begin", tenant, ISOLATIONS.get(i));
                                nodes.get(i).ask("write", tenant);
                            }
                        })
                        .at(MovePhase.VERIFY, () -> nodes.forEach(node -> node.ask("commit", tenant))));

        for (int i = 0; i < nodes.size(); i++) {
            assertEquals(scene.home(tenant, to), nodes.get(i).ask("work", tenant, 1, ISOLATIONS.get(i)));
            assertEquals(scene.home(tenant, to), nodes.get(i).ask("read", tenant, ISOLATIONS.get(i)));
        }
        scene.audit(tenant);
    }

    /** Every fault that a lane meets is in the ledger; the audit wants none, not even 40001. */
    @Test
    void trafficOfEveryIsolationFollowsTheTenantThroughAllTiersWithoutAFault() throws Exception {
        List<NodeProcess> nodes = nodes();
        TenantId tenant = scene.fleet.createTenant(Tier.SHARED);
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).ask("start", tenant, ISOLATIONS.get(i));
        }
        nodes.forEach(node -> node.ask("await", tenant, 2));

        for (Tier tier : List.of(Tier.SCHEMA, Tier.DATABASE, Tier.SHARED)) {
            scene.move(
                    tenant,
                    tier,
                    Interleaving.none()
                            .whenCutOver(() -> nodes.forEach(
                                    node -> assertEquals(scene.home(tenant, tier), node.ask("await", tenant, 3)))));
        }
        nodes.forEach(node -> node.ask("stop", tenant));

        List<String> route = List.of(
                scene.home(tenant, Tier.SHARED),
                scene.home(tenant, Tier.SCHEMA),
                scene.home(tenant, Tier.DATABASE),
                scene.home(tenant, Tier.SHARED));
        nodes.forEach(node -> assertEquals(route, scene.ledger.homes(tenant, node.name() + ".traffic")));
        scene.audit(tenant);
    }

    private static List<NodeProcess> nodes() throws Exception {
        return scene.nodes(ISOLATIONS.stream().map(Isolation::name).toArray(String[]::new));
    }
}
