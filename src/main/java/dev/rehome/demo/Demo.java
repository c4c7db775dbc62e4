package dev.rehome.demo;

import dev.rehome.cdi.RehomeExtension;
import dev.rehome.config.StrategyConfig;
import dev.rehome.connection.Limits;
import dev.rehome.demo.DemoReport.Leg;
import dev.rehome.demo.data.DataLoader;
import dev.rehome.demo.data.Storefront;
import dev.rehome.demo.data.StorefrontData;
import dev.rehome.demo.data.StorefrontTable;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fleet.Provisioner;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.storefront.CartService;
import dev.rehome.storefront.CustomerService;
import dev.rehome.storefront.OrderService;
import dev.rehome.storefront.StorefrontModel;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main job: storefronts on a PostgreSQL server of their own, customers at work in all of them, and the largest one on
 * its way through the tiers.
 */
final class Demo {
    private static final Duration STATISTICS_INTERVAL = Duration.ofSeconds(5);

    private final StorefrontData data;
    private final StrategyConfig strategy;
    private final TenantId moved;
    private final List<Tier> route;
    private final int writers;
    private final Duration soak;
    private final long seed;
    private final PrintStream out;

    /** @throws RehomeException (USER) if the data has no storefront, or not the one to move, or the route leads nowhere */
    Demo(
            StorefrontData data,
            StrategyConfig strategy,
            @Nullable TenantId chosen,
            List<Tier> route,
            int writers,
            Duration soak,
            long seed,
            PrintStream out) {
        this.data = data;
        this.strategy = strategy;
        this.route = List.copyOf(route);
        this.writers = writers;
        this.soak = soak;
        this.seed = seed;
        this.out = out;
        this.moved = chosen != null
                ? chosen
                : data.largest()
                        .map(Storefront::tenant)
                        .orElseThrow(() -> new RehomeException(
                                ErrorKind.USER, "The data has no storefront. Name a folder that has."));
        if (data.storefronts().stream()
                .noneMatch(storefront -> storefront.tenant().equals(moved))) {
            throw new UnknownTenantException(moved);
        }
        requireRoute();
    }

    /** Runs everything; takes minutes. */
    DemoReport run() throws InterruptedException {
        return open(shop -> {
            List<Leg> legs = new ArrayList<>();
            tellOpening();
            try (Traffic traffic = shop.traffic()) {
                DemoMoves moves = new DemoMoves(shop.mover(), shop.directory, strategy, moved, traffic, soak, out);
                for (int leg = 1; leg < route.size(); leg++) {
                    legs.add(moves.move(route.get(leg)));
                }
                legs.addAll(moves.moveAndRollBack());
            }
            return shop.report(legs);
        });
    }

    /**
     * Moves nothing itself: leaves the fleet, with customers at work in it, to whoever reads the strategy file.
     *
     * @param file where to write it; with passwords, so for its owner's eyes only
     * @param closing returns when the fleet is to be closed
     */
    DemoReport stay(Path file, Closing closing) throws InterruptedException {
        return open(shop -> {
            shop.server.writeStrategy(strategy, file);
            tellOpening();
            out.println("The strategy file of this fleet is " + file + ". Use it with --config from another terminal.");
            out.println("Press Enter here to close the storefronts and to look for every order.");
            try (Traffic traffic = shop.traffic()) {
                closing.await();
                TransactionLog log = traffic.moved();
                out.printf(
                        Locale.ROOT,
                        "%d transactions of %s, %d failed.%n",
                        log.transactions(),
                        name(moved),
                        log.failed());
            }
            return shop.report(List.of());
        });
    }

    /** Waits for the end of the demo. */
    @FunctionalInterface
    interface Closing {
        void await() throws InterruptedException;
    }

    /** What is done with the open fleet. */
    @FunctionalInterface
    private interface Work {
        DemoReport with(Shop shop) throws SQLException, InterruptedException;
    }

    private DemoReport open(Work work) throws InterruptedException {
        Database control = strategy.databases().directoryDatabase();
        List<String> names = strategy.servers().all().stream().map(Server::name).toList();
        out.println("Starting PostgreSQL ...");
        try (DemoServer server = DemoServer.start(names, control)) {
            Servers servers = server.servers();
            String tenantColumn = strategy.databases().tenantColumn();
            Homes homes = new Homes(servers, control, tenantColumn);
            homes.createDirectory();
            ConnectionSource directoryConnections =
                    () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome directory");
            JdbcDirectory directory = new JdbcDirectory(directoryConnections);
            load(server, homes, directory);
            try (DataLayer layer = DataLayer.builder(servers, directory, new PostgresFence(servers))
                            .limits(limits())
                            .tenantColumn(tenantColumn)
                            .entities(StorefrontModel.ENTITIES)
                            .statistics(
                                    () -> servers.open(
                                            control, JdbcDirectory.SCHEMA, DatabaseRole.APP, "rehome statistics"),
                                    strategy.statistics().every(STATISTICS_INTERVAL))
                            .build();
                    SeContainer container = SeContainerInitializer.newInstance()
                            .disableDiscovery()
                            .addPackages(StorefrontModel.class)
                            .addExtensions(new RehomeExtension(layer.sessionFactory()))
                            .initialize()) {
                return work.with(new Shop(server, homes, directory, directoryConnections, services(container)));
            }
        } catch (SQLException e) {
            throw DemoServer.failed(e);
        }
    }

    private void tellOpening() {
        int neighbours = neighbours().size();
        out.printf(
                Locale.ROOT,
                "Opening: %d customers at a time in %s, %d in its %d neighbours.%n",
                writers,
                name(moved),
                neighbours == 0 ? 0 : writers,
                neighbours);
    }

    private List<TenantId> neighbours() {
        return data.storefronts().stream()
                .map(Storefront::tenant)
                .filter(tenant -> !tenant.equals(moved))
                .toList();
    }

    /** The open fleet. */
    private final class Shop {
        private final DemoServer server;
        private final Homes homes;
        private final JdbcDirectory directory;
        private final ConnectionSource connections;
        private final Shopper.Services services;
        private final Ledger ledger = new Ledger();

        Shop(
                DemoServer server,
                Homes homes,
                JdbcDirectory directory,
                ConnectionSource connections,
                Shopper.Services services) {
            this.server = server;
            this.homes = homes;
            this.directory = directory;
            this.connections = connections;
            this.services = services;
        }

        Mover mover() {
            return new Mover(
                    server.servers(),
                    homes,
                    directory,
                    new MoveJournal(connections),
                    strategy.databases().tenantColumn(),
                    options());
        }

        Traffic traffic() {
            return Traffic.start(services, moved, neighbours(), writers, seed, ledger);
        }

        /** Looks for every order, with the storefronts closed. */
        DemoReport report(List<Leg> legs) throws SQLException {
            out.println("Closed. Looking for every order that a customer was told is stored ...");
            Ledger.Audit audit = audit(server, directory, ledger);
            out.printf(
                    Locale.ROOT,
                    "%d orders acknowledged: %d found, %d lost, %d duplicated, %d misplaced.%n",
                    audit.acknowledged(),
                    audit.found(),
                    audit.lost(),
                    audit.duplicated(),
                    audit.misplaced());
            return new DemoReport(
                    data.storefronts().size(),
                    data.rows(StorefrontTable.CUSTOMERS),
                    data.rows(StorefrontTable.ORDERS),
                    data.rows(StorefrontTable.ORDER_ITEMS),
                    legs,
                    audit);
        }
    }

    private void load(DemoServer server, Homes homes, JdbcDirectory directory) throws SQLException {
        Provisioner provisioner = Provisioner.of(server.servers(), homes, directory);
        provisioner.prepare(strategy.sharedHome());
        for (Storefront storefront : data.storefronts()) {
            Tier tier = storefront.tenant().equals(moved) ? route.get(0) : strategy.tierForNew(storefront.tenant());
            provisioner.create(storefront.tenant(), storefront.name(), strategy.homeFor(storefront.tenant(), tier));
        }
        long began = System.nanoTime();
        Map<Home, Connection> loading = new HashMap<>();
        long[] rows = new long[1];
        try {
            DataLoader.load(
                    data,
                    tenant -> {
                        Home home = directory.find(tenant).orElseThrow().home();
                        Connection connection = loading.get(home);
                        if (connection == null) {
                            connection = server.servers().open(home, DatabaseRole.MOVER, "rehome demo");
                            loading.put(home, connection);
                            MoverTransaction.beginReadCommitted(connection, tenant.value());
                        } else {
                            MoverTransaction.rebind(connection, tenant.value());
                        }
                        return connection;
                    },
                    done -> rows[0] = done);
        } finally {
            for (Connection connection : loading.values()) {
                connection.close();
            }
        }
        for (Home home : loading.keySet()) {
            try (Connection connection = server.administrator(home);
                    Statement statement = connection.createStatement()) {
                statement.execute("analyze");
            }
        }
        out.printf(
                Locale.ROOT,
                "Loaded %d storefronts, %d rows in %.1f s.%n",
                data.storefronts().size(),
                rows[0],
                (System.nanoTime() - began) / 1e9);
    }

    private Ledger.Audit audit(DemoServer server, JdbcDirectory directory, Ledger ledger) throws SQLException {
        Ledger.Audit audit = new Ledger.Audit(0, 0, 0, 0, 0);
        Homes homes = new Homes(
                server.servers(),
                strategy.databases().directoryDatabase(),
                strategy.databases().tenantColumn());
        for (TenantId tenant : ledger.tenants()) {
            Placement placement = directory.find(tenant).orElseThrow();
            List<Connection> others = new ArrayList<>();
            try (Connection serving = server.administrator(placement.home())) {
                for (Tier tier : Tier.values()) {
                    Home home = strategy.homeFor(tenant, tier);
                    if (!home.equals(placement.home()) && homes.exists(home)) {
                        others.add(server.administrator(home));
                    }
                }
                audit = audit.plus(ledger.audit(tenant, serving, others));
            } finally {
                for (Connection other : others) {
                    other.close();
                }
            }
        }
        return audit;
    }

    private static Shopper.Services services(SeContainer container) {
        return new Shopper.Services(
                container.select(CustomerService.class).get(),
                container.select(CartService.class).get(),
                container.select(OrderService.class).get());
    }

    private Limits limits() {
        return new Limits(
                strategy.databases().maxConnectionsPerTenant(),
                strategy.databases().maxConnectionsPerServer(),
                strategy.databases().connectionTimeout());
    }

    private MoveOptions options() {
        return MoveOptions.of(strategy.migration()).toBuilder().soak(soak).build();
    }

    private String name(TenantId tenant) {
        return data.storefronts().stream()
                .filter(storefront -> storefront.tenant().equals(tenant))
                .map(Storefront::name)
                .findFirst()
                .orElseGet(tenant::toString);
    }

    private void requireRoute() {
        for (int leg = 1; leg < route.size(); leg++) {
            if (route.get(leg) == route.get(leg - 1)) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "The route goes from " + route.get(leg) + " to itself. Name different tiers in turn.");
            }
        }
    }
}
