package dev.rehome.testkit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import org.hibernate.SessionFactory;

/** Two tenants of a test, in homes of some tier, and the data layer that serves them. Thread-safe. */
public final class TwoTenants implements AutoCloseable {
    private final KitFleet fleet;
    private final DataLayer layer;
    private final TenantScope a;
    private final TenantScope b;

    TwoTenants(KitFleet fleet, DataLayer layer, TenantId a, TenantId b) {
        this.fleet = fleet;
        this.layer = layer;
        this.a = new TenantScope(a, fleet.homeOf(a), layer.sessionFactory());
        this.b = new TenantScope(b, fleet.homeOf(b), layer.sessionFactory());
    }

    public TenantScope a() {
        return a;
    }

    public TenantScope b() {
        return b;
    }

    /** That of the first tenant, and in {@link EachTier} tests of both. */
    public Tier tier() {
        return a.home().tier();
    }

    public DataLayer layer() {
        return layer;
    }

    public SessionFactory sessionFactory() {
        return layer.sessionFactory();
    }

    /** The attacks of the second tenant on the first. */
    public AttackSuite attacks() {
        return AttackSuite.of(this);
    }

    KitFleet fleet() {
        return fleet;
    }

    /** Closes the data layer and drops the homes that are the tenants' own. Rows in shared tables stay: nobody will look for them. */
    @Override
    public void close() {
        layer.close();
        try {
            fleet.drop(a.home());
            fleet.drop(b.home());
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "A home of the test's tenants cannot be dropped (SQLSTATE " + e.getSQLState()
                            + "). Drop what begins with testkit_ by hand.",
                    e);
        }
    }
}
