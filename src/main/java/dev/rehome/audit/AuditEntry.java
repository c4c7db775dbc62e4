package dev.rehome.audit;

import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that somebody did, or was refused. Immutable.
 *
 * @param by who: an operator, a token's name, or the process that carried it out; empty in lines older than this was kept
 * @param area of what: {@code MOVE}, {@code TENANT}, {@code SCHEMA}, {@code ACROSS}, {@code PLAN} or {@code DASHBOARD}
 * @param action the deed's name within its area, such as {@code CUTOVER}
 * @param tenant that it was done with, if with one
 * @param subject what it was done to: a move's id, a changelog, the tenants that were read
 * @param reason why, or what the journal says of it
 * @param outcome as far as it has come by now, such as {@code UNDER_WAY} or {@code REFUSED}
 */
public record AuditEntry(
        Instant at,
        Optional<String> by,
        String area,
        String action,
        Optional<TenantId> tenant,
        String subject,
        String reason,
        String outcome) {}
