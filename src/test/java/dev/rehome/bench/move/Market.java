package dev.rehome.bench.move;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.connection.WarmUp;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fleet.Provisioner;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A large storefront and many others in the shared tables of one server, another server beside it, and a mover. */
final class Market implements AutoCloseable {
    static final String TENANT_COLUMN = "storefront_id";
    static final Home SHARED = new Home(Tier.SHARED, TwoServers.CONTROL, "shared");
    /** Copiers of the mover, and of what it is compared with. */
    static final int WORKERS = 2;

    private static final Limits LIMITS = new Limits(20, 150, Duration.ofSeconds(30));

    private final TwoServers servers;
    private final Size size;
    private final JdbcDirectory directory;
    private final Homes homes;
    private final TenantId large = TenantId.of(UUID.randomUUID());
    private final List<TenantId> others;

    private Market(TwoServers servers, Size size) throws SQLException {
        this.servers = servers;
        this.size = size;
        this.homes = new Homes(servers.servers(), TwoServers.CONTROL, TENANT_COLUMN);
        homes.createDirectory();
        this.directory = directory(servers.servers());
        this.others = Stream.generate(() -> TenantId.of(UUID.randomUUID()))
                .limit(size.others())
                .toList();
    }

    static Market open(TwoServers servers, Size size) throws Exception {
        Market market = new Market(servers, size);
        market.provision(SHARED, market.large, "the large storefront");
        for (TenantId other : market.others) {
            market.provision(SHARED, other, "a neighbour");
        }
        new MarketRows(size, market.large, market.others).fill(() -> servers.administrator(SHARED));
        return market;
    }

    private static JdbcDirectory directory(Servers through) {
        return new JdbcDirectory(() ->
                through.open(TwoServers.CONTROL, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome bench directory"));
    }

    /** Another storefront, without rows. */
    void provision(Home home, TenantId tenant, String name) {
        Provisioner.of(servers.servers(), homes, directory).create(tenant, name, home);
    }

    TwoServers servers() {
        return servers;
    }

    Homes homes() {
        return homes;
    }

    Size size() {
        return size;
    }

    TenantId large() {
        return large;
    }

    /** One of the others, a twentieth of the large one: it is moved when many moves are wanted. */
    TenantId middle() {
        return others.get(0);
    }

    /** Those that are never moved. */
    List<TenantId> neighbours() {
        return new ArrayList<>(others.subList(1, others.size()));
    }

    /** @param through how the mover's connections are opened */
    Mover mover(Servers through) {
        return new Mover(
                through,
                new Homes(through, TwoServers.CONTROL, TENANT_COLUMN),
                directory,
                new MoveJournal(() -> through.open(
                        TwoServers.CONTROL, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome bench journal")),
                TENANT_COLUMN,
                options());
    }

    private static MoveOptions options() {
        return MoveOptions.DEFAULT.toBuilder()
                .workers(WORKERS)
                .soak(Duration.ZERO)
                .build();
    }

    /** What an application has, with a cache and pools of its own; for the caller to close. */
    TenantConnections connections() {
        return new TenantConnections(
                servers.servers(),
                new Placements(directory),
                new PostgresFence(servers.servers()),
                LIMITS,
                TENANT_COLUMN);
    }

    /** As an application has it too; for the caller to close. */
    WarmUp warmUp(TenantConnections connections) {
        return new WarmUp(directory::destinations, connections);
    }

    @Override
    public void close() throws IOException {
        servers.close();
    }
}
