package dev.rehome.across;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Directory;
import dev.rehome.tenant.TenantContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The door for work that concerns more than one tenant: a report, a repair, a count. Each tenant is worked for on a thread
 * on which it is bound, so what the work opens there (a session, a transactional method) is that tenant's and goes the way
 * of every request, the fence included. Who went through, why and to whom is written before anything is read. Thread-safe.
 *
 * <pre>{@code
 * try (TenantResults<Long> counts = door.acrossTenants("ann", "report for the board", TenantSelection.all(), tenant -> orders.count())) {
 *     for (var next = counts.next(); next.isPresent(); next = counts.next()) {
 *         print(next.get());
 *     }
 * }
 * }</pre>
 */
public final class AcrossTenants {
    private final Directory directory;
    private final AuditLog audit;
    private final int parallel;

    /** @param parallel how many tenants are worked for at a time, and how many results wait for their reader */
    public AcrossTenants(Directory directory, AuditLog audit, int parallel) {
        if (parallel < 1) {
            throw new IllegalArgumentException("At least 1 at a time, not " + parallel + ".");
        }
        this.directory = directory;
        this.audit = audit;
        this.parallel = parallel;
    }

    /**
     * Begins the work.
     *
     * @param who on whose behalf, as the audit has it
     * @param reason for whoever reads the audit
     * @return the results as they come; to be closed
     * @throws RehomeException (USER) if a tenant is bound to this thread, or no reason is given; (EXTERNAL) if the audit cannot
     *     be written: nothing has been read then
     */
    public <T extends @Nullable Object> TenantResults<T> acrossTenants(
            String who, String reason, TenantSelection selection, TenantWork<T> work) {
        TenantContext.current().ifPresent(tenant -> {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Work across tenants cannot begin inside the work for tenant " + tenant
                            + ". Begin it on a thread without a tenant.");
        });
        require(who, "who asks for it", AuditLog.LONGEST_NAME);
        require(reason, "a reason", AuditLog.LONGEST_REASON);
        AuditLog.Begun entry = new AuditLog.Begun(UUID.randomUUID(), who, reason, selection.toString());
        audit.begun(entry);
        TenantResults<T> results =
                new TenantResults<>(new SelectedTenants(directory, selection), work, parallel, audit, entry);
        results.begin();
        return results;
    }

    private static void require(String text, String what, int longest) {
        if (text.isBlank() || text.length() > longest) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Work across tenants needs " + what + " for its audit, in 1 to " + longest
                            + " characters. Give it.");
        }
    }
}
