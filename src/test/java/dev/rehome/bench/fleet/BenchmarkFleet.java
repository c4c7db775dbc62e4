package dev.rehome.bench.fleet;

import dev.rehome.fleet.levels.FleetHomes;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.fleet.levels.RunListener;
import dev.rehome.fleet.levels.RunOptions;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.fleet.levels.SchemaRunner;
import dev.rehome.fleet.levels.SchemaRuns;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Changelog;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.ManyHomes;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Many homes at one level: those that Rehome looks after, and some like them for the peer, which no tenant lives in. */
final class BenchmarkFleet implements AutoCloseable {
    private static final RunOptions OPTIONS =
            RunOptions.DEFAULT.toBuilder().waves(10_000, 1).parallel(4, 4).build();

    final TestFleet fleet;
    final List<Home> peers = new ArrayList<>();
    private final ManyHomes homes;
    private final ConnectionSource directory;

    private BenchmarkFleet(TestFleet fleet, ManyHomes homes) {
        this.fleet = fleet;
        this.homes = homes;
        this.directory = () ->
                fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome benchmark");
    }

    static BenchmarkFleet make(int schemas, int databases, int peers, IntConsumer progress) throws SQLException {
        TestFleet fleet = TestFleet.onPostgres();
        ManyHomes homes = ManyHomes.make(fleet, schemas, databases, progress);
        BenchmarkFleet made = new BenchmarkFleet(fleet, homes);
        Database database = fleet.sharedHome().database();
        for (int i = 0; i < peers; i++) {
            Home peer = fleet.home(Tier.SCHEMA, TenantId.of(UUID.randomUUID()));
            fleet.homes().create(peer);
            made.peers.add(new Home(Tier.SCHEMA, database, peer.schema()));
        }
        return made;
    }

    /** Schemas, databases and the shared home. */
    int size() {
        return homes.tenants().size() + 1;
    }

    /** Brings the fleet to a changelog's newest level. */
    RunReport migrate(Changelog changelog, RunListener listener) throws InterruptedException {
        Homes made = fleet.homes().madeBy(changelog);
        LevelSurvey survey = new LevelSurvey(new FleetHomes(directory, Set.of(fleet.sharedHome())), made, 4);
        try (SchemaRuns runs = new SchemaRuns(directory)) {
            return new SchemaRunner(survey, made, runs, OPTIONS, "benchmark " + UUID.randomUUID()).migrate(listener);
        }
    }

    @Override
    public void close() throws SQLException {
        try (fleet) {
            homes.close();
            for (Home peer : peers) {
                fleet.homes().drop(peer);
            }
        }
    }
}
