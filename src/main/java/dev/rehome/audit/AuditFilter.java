package dev.rehome.audit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which entries are asked for. Immutable.
 *
 * @param tenant only what was done with this one
 * @param area only what belongs to this area
 * @param since only what is not older
 * @param before only what is older: for the next page
 */
public record AuditFilter(
        Optional<TenantId> tenant, Optional<String> area, Optional<Instant> since, Optional<Instant> before) {
    /** What the trail is of. */
    private static final List<String> AREAS = List.of("MOVE", "TENANT", "SCHEMA", "ACROSS", "PLAN", "DASHBOARD");

    public static final AuditFilter ALL =
            new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * The area that somebody has typed.
     *
     * @throws RehomeException (USER) if there is none of that name
     */
    public static String area(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        if (!AREAS.contains(name)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "There is no area '" + text + "' in the trail. Name one of " + String.join(", ", AREAS) + ".");
        }
        return name;
    }

    public static AuditFilter of(TenantId tenant) {
        return new AuditFilter(Optional.of(tenant), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
