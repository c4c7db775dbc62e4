package dev.rehome.testing;

import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;

/** A home of their own for each of many tenants. Databases are made from the first one's and dropped when this is closed. */
public final class ManyHomes implements AutoCloseable {
    private final TestFleet fleet;
    private final List<TenantId> tenants = new ArrayList<>();
    private final List<String> databases = new ArrayList<>();

    private ManyHomes(TestFleet fleet) {
        this.fleet = fleet;
    }

    /** @param progress is told how many there are by now */
    public static ManyHomes make(TestFleet fleet, int schemas, int databases, IntConsumer progress)
            throws SQLException {
        ManyHomes homes = new ManyHomes(fleet);
        boolean made = false;
        try {
            for (int i = 0; i < schemas + databases; i++) {
                if (i < schemas) {
                    homes.tenants.add(fleet.createTenant(Tier.SCHEMA));
                } else if (i == schemas) {
                    homes.tenants.add(fleet.createTenant(Tier.DATABASE));
                } else {
                    homes.copyDatabaseOf(homes.tenants.get(schemas));
                }
                progress.accept(i + 1);
            }
            made = true;
            return homes;
        } finally {
            if (!made) {
                homes.close();
            }
        }
    }

    private void copyDatabaseOf(TenantId first) throws SQLException {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        Home home = fleet.home(Tier.DATABASE, tenant);
        String name = home.database().name();
        administer("create database " + SqlNames.quote(name) + " template "
                + SqlNames.quote(fleet.home(Tier.DATABASE, first).database().name()) + " owner "
                + SqlNames.quote(fleet.servers()
                        .login(home.database().server(), DatabaseRole.OWNER)
                        .user())
                + " strategy file_copy");
        databases.add(name);
        Placement placement = new Placement(tenant, home, Epoch.FIRST);
        try (Connection mover = fleet.servers().open(home.database(), "rehome", DatabaseRole.MOVER, "test")) {
            Residency.here(mover, placement, false);
        }
        fleet.directory().add(placement, "a database of its own");
        tenants.add(tenant);
    }

    public List<TenantId> tenants() {
        return tenants;
    }

    private void administer(String sql) throws SQLException {
        try (Connection administrator = fleet.administrator(fleet.sharedHome());
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        for (String name : databases) {
            administer("drop database if exists " + SqlNames.quote(name) + " with (force)");
        }
    }
}
