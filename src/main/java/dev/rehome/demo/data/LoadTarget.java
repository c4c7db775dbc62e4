package dev.rehome.demo.data;

import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;

/** Leads a loader to the homes of the storefronts that it loads. */
@FunctionalInterface
public interface LoadTarget {
    /**
     * A connection in whose transaction the tenant's rows can be written: autocommit off, the home's schema in the search
     * path, row-level security satisfied for this tenant from now on. Tenants of one home may share one connection, which
     * then serves the tenant asked for last. The loader ends the transaction and leaves the connection open.
     */
    Connection enter(TenantId tenant) throws SQLException;
}
