package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeTools;
import dev.rehome.life.TenantLife;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** An operator of a fleet, and its applications, by what the strategy file says. */
final class RecoveryScene {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OPERATOR = "a test";
    private static final String COLUMN = "storefront_id";

    private final StrategyConfig strategy;
    private final Servers servers;
    private final Homes homes;
    private final ConnectionSource directory;

    RecoveryScene(StrategyConfig strategy) {
        this.strategy = strategy;
        this.servers = strategy.servers();
        Database control = strategy.databases().directoryDatabase();
        this.homes = new Homes(servers, control, COLUMN);
        this.directory = () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test directory");
    }

    StrategyConfig strategy() {
        return strategy;
    }

    Homes homes() {
        return homes;
    }

    ConnectionSource connectionsToDirectory() {
        return directory;
    }

    JdbcDirectory directory() {
        return new JdbcDirectory(directory);
    }

    LifeJournal lives() {
        return new LifeJournal(directory);
    }

    TenantLife life() {
        return new TenantLife(new LifeTools(servers, homes, directory(), directory, strategy), OPERATOR);
    }

    MoveJournal moves() {
        return new MoveJournal(directory);
    }

    Mover mover() {
        return new Mover(servers, homes, directory(), moves(), COLUMN, MoveOptions.of(strategy.migration()));
    }

    DirectoryRebuild rebuild() {
        return new DirectoryRebuild(strategy, homes, directory, life());
    }

    ServerReturn serverReturn() {
        return new ServerReturn(strategy, lives(), moves(), life());
    }

    HomeChange homeChange() {
        return new HomeChange(strategy, lives(), moves(), life(), OPERATOR);
    }

    NightlyExport nightlyExport() {
        return new NightlyExport(directory, life());
    }

    /** Moves a tenant to where the old home's copy is removed. */
    void move(TenantId tenant, Home target) throws InterruptedException {
        Mover mover = mover();
        mover.run(mover.plan(tenant, target), MoveListener.NONE, SoakDecision.after(Duration.ZERO));
    }

    /** Moves a tenant as far as to a phase, at whose beginning its mover ends. */
    Move moveUntil(TenantId tenant, Home target, MovePhase phase) {
        Mover mover = mover();
        Move move = mover.plan(tenant, target);
        try {
            mover.run(
                    move,
                    new MoveListener() {
                        @Override
                        public void entered(Move entered, MovePhase now) {
                            if (now == phase) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    },
                    SoakDecision.after(Duration.ofHours(1)));
            throw new AssertionError("the move came to its end");
        } catch (InterruptedException expected) {
            return moves().find(move.id()).orElseThrow();
        }
    }

    /** What an application process has. Close it. */
    TenantConnections application() {
        return new TenantConnections(
                servers,
                new Placements(directory()),
                new PostgresFence(servers),
                new Limits(10, 40, Duration.ofSeconds(30)),
                COLUMN);
    }

    /** As an application: a customer more. */
    static UUID addCustomer(TenantConnections application, TenantId tenant) throws SQLException {
        UUID id = UUID.randomUUID();
        Connection connection = application.acquire(tenant, TransactionMode.DEFAULT);
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into customers (storefront_id, id, email, created_at) values (?, ?, ?, now())")) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, id);
            statement.setString(3, id + "@example.org");
            statement.executeUpdate();
            connection.commit();
        } finally {
            application.release(connection);
        }
        return id;
    }

    /** As an application: no customer any more. */
    static void removeCustomers(TenantConnections application, TenantId tenant) throws SQLException {
        Connection connection = application.acquire(tenant, TransactionMode.DEFAULT);
        try (Statement statement = connection.createStatement()) {
            statement.execute("delete from customers");
            connection.commit();
        } finally {
            application.release(connection);
        }
    }

    /** As an application: all of the tenant's customers. */
    static Set<UUID> customers(TenantConnections application, TenantId tenant) throws SQLException {
        Set<UUID> customers = new TreeSet<>();
        Connection connection = application.acquire(tenant, TransactionMode.DEFAULT);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id from customers")) {
            while (row.next()) {
                customers.add(row.getObject(1, UUID.class));
            }
            connection.rollback();
        } finally {
            application.release(connection);
        }
        return customers;
    }
}
