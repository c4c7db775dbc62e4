package dev.rehome.fence;

import dev.rehome.jdbc.Pipeline;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The right to write for a tenant's move (R7). Its number only grows: whoever takes a move over has a greater one, claims it
 * in the databases of both homes before writing anywhere, and from then on every transaction that holds a smaller one is
 * refused there. So a mover that was stopped, cut off or slow does no harm when it comes back, whatever it believes. These are
 * fencing tokens (M. Kleppmann, "How to do distributed locking", 2016), checked where the writes happen. Immutable.
 *
 * @param number from the directory; greater than that of every earlier lease of this tenant
 */
public record Lease(TenantId tenant, long number) {

    /**
     * Makes this lease the one that counts in the connection's database, in the caller's transaction. Waits for the
     * transactions that {@link #hold} an earlier one.
     *
     * @throws SQLException for which {@code SqlState.isLeaseLost} holds, if a later one was claimed
     */
    public void claim(Connection connection) throws SQLException {
        call(new Pipeline(connection), "select rehome.claim_lease(?, ?)").execute();
    }

    /**
     * Keeps anybody from taking over until the caller's transaction ends: to be called before its first write.
     *
     * @throws SQLException for which {@code SqlState.isLeaseLost} holds, if somebody has taken over
     */
    public void hold(Connection connection) throws SQLException {
        hold(new Pipeline(connection)).execute();
    }

    /** As {@link #hold(Connection)}, together with what is sent before and after: the first write has to come after. */
    public Pipeline hold(Pipeline pipeline) {
        return call(pipeline, "select rehome.hold_lease(?, ?)");
    }

    /** Forgets the tenant's lease in this database, in the caller's transaction: when its move has nothing more to write here. */
    public void drop(Connection connection) throws SQLException {
        call(new Pipeline(connection), "delete from rehome.lease where tenant_id = ? and lease_no = ?")
                .execute();
    }

    private Pipeline call(Pipeline pipeline, String sql) {
        return pipeline.then(sql, tenant.value(), number);
    }
}
