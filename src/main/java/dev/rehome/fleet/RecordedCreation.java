package dev.rehome.fleet;

import dev.rehome.fence.Residency;
import dev.rehome.fleet.Creations.Creation;
import dev.rehome.fleet.spares.Spares;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Creates tenants on PostgreSQL so that nothing is left unknown if the process is killed: what is about to be made is recorded first,
 * and whoever works at a tenant holds its record in a transaction, which ends with the process. Takes a spare home where there is
 * one. Thread-safe.
 */
final class RecordedCreation {
    private static final String APPLICATION = "rehome provisioner";
    private static final String FORGET =
            "delete from rehome.residency where tenant_id = ? and epoch = ? and state = 'HERE'";

    private final Servers servers;
    private final Homes homes;
    private final Directory directory;
    private final Spares spares;
    private final HomeMaker maker;

    /** Makes a home, unless it is there. */
    @FunctionalInterface
    interface HomeMaker {
        void prepare(Home home) throws SQLException;
    }

    RecordedCreation(Servers servers, Homes homes, Directory directory, HomeMaker maker) {
        this.servers = servers;
        this.homes = homes;
        this.directory = directory;
        this.spares = new Spares(homes);
        this.maker = maker;
    }

    /** Creates a tenant, unless the directory knows it: then it says where that lives. */
    Placement create(TenantId tenant, String name, Home home) throws SQLException {
        try (Connection control = openControl()) {
            control.setAutoCommit(false);
            if (Creations.isPlaced(control, tenant)) {
                control.rollback();
                return directory.find(tenant).orElseThrow();
            }
            while (true) {
                begin(control, tenant, name, home);
                Optional<Creation> begun = Creations.hold(control, tenant);
                if (begun.isEmpty() || Creations.isPlaced(control, tenant)) {
                    // Somebody else has ended it, or swept it away.
                    Optional<Placement> placement = directory.find(tenant);
                    if (placement.isPresent()) {
                        spares.release(control, tenant);
                        end(control, tenant);
                        return placement.get();
                    }
                    control.rollback();
                } else if (begun.get().home().equals(home)) {
                    return finish(control, tenant, name, home);
                } else {
                    remove(begun.get());
                    spares.release(control, tenant);
                    end(control, tenant);
                }
            }
        }
    }

    private void begin(Connection control, TenantId tenant, String name, Home home) throws SQLException {
        boolean existed = exists(control, home);
        Creations.begin(control, new Creation(tenant, home, existed), name);
        if (!existed) {
            spares.claim(control, tenant, home);
        }
        control.commit();
    }

    private Placement finish(Connection control, TenantId tenant, String name, Home home) throws SQLException {
        boolean delivered = spares.deliver(control, tenant, home);
        if (!delivered) {
            maker.prepare(home);
        }
        Placement placement = new Placement(tenant, home, Epoch.FIRST);
        try (Connection connection = openHome(home)) {
            Residency.here(connection, placement, false);
            connection.commit();
        }
        directory.add(placement, name);
        if (delivered) {
            spares.settle(control, tenant); // else another process may just have been promised one, and gives it back
        }
        end(control, tenant);
        return placement;
    }

    private static void end(Connection control, TenantId tenant) throws SQLException {
        Creations.end(control, tenant);
        control.commit();
    }

    /** Removes what is left of creations that nobody has been at for so long; those that had come to their end only end. */
    List<TenantId> sweep(Duration olderThan) throws SQLException {
        List<TenantId> removed = new ArrayList<>();
        try (Connection control = openControl()) {
            control.setAutoCommit(false);
            while (true) {
                Optional<Creation> creation = Creations.holdOlderThan(control, olderThan);
                if (creation.isEmpty()) {
                    control.rollback();
                    return removed;
                }
                TenantId tenant = creation.get().tenant();
                if (directory.find(tenant).isEmpty()) {
                    remove(creation.get());
                    removed.add(tenant);
                }
                spares.release(control, tenant);
                end(control, tenant);
            }
        }
    }

    private void remove(Creation creation) throws SQLException {
        Home home = creation.home();
        boolean othersLiveThere = forget(creation.tenant(), home);
        if (home.tier() != Tier.SHARED && !creation.homeExisted() && !othersLiveThere) {
            homes.drop(home);
        }
    }

    /** Nobody is admitted any more. Says whether another tenant lives in the home. */
    private boolean forget(TenantId tenant, Home home) throws SQLException {
        try (Connection connection = openHome(home);
                PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setObject(1, tenant.value());
            statement.setLong(2, Epoch.FIRST.value());
            statement.executeUpdate();
            boolean others =
                    Residency.otherResident(connection, home.schema(), tenant).isPresent();
            connection.commit();
            return others;
        } catch (SQLException e) {
            if (SqlState.isNoSuchHome(e) || SqlState.isUndefined(e)) {
                return false; // it did not come to that
            }
            throw e;
        }
    }

    /** Asks on the connection that there is, where that can see it. */
    private boolean exists(Connection control, Home home) throws SQLException {
        if (home.tier() == Tier.SHARED) {
            return true;
        }
        boolean visible = home.tier() == Tier.DATABASE
                ? home.database().server().equals(homes.control().server())
                : home.database().equals(homes.control());
        if (!visible) {
            return homes.exists(home);
        }
        try (PreparedStatement statement = control.prepareStatement(
                home.tier() == Tier.DATABASE
                        ? "select from pg_database where datname = ?"
                        : "select from pg_namespace where nspname = ?")) {
            statement.setString(
                    1, home.tier() == Tier.DATABASE ? home.database().name() : home.schema());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private Connection openControl() throws SQLException {
        return servers.open(homes.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, APPLICATION);
    }

    private Connection openHome(Home home) throws SQLException {
        Connection connection = servers.open(home.database(), Homes.DATABASE_SCHEMA, DatabaseRole.MOVER, APPLICATION);
        connection.setAutoCommit(false);
        return connection;
    }
}
