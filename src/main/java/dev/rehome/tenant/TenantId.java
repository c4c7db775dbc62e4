package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.util.UUID;

/** Identifies one storefront. Immutable. */
public record TenantId(UUID value) implements Comparable<TenantId> {
    private static final int LONGEST_SHOWN = 60;

    public static TenantId of(UUID value) {
        return new TenantId(value);
    }

    /** @throws RehomeException (USER) if the text is not a UUID in its canonical form */
    public static TenantId parse(String text) {
        try {
            UUID value = UUID.fromString(text);
            if (value.toString().equalsIgnoreCase(text)) {
                return new TenantId(value);
            }
        } catch (IllegalArgumentException notAUuid) {
            // Reported below, together with what UUID.fromString lets through.
        }
        throw new RehomeException(
                ErrorKind.USER,
                "'" + shown(text) + "' is not a tenant: give its UUID, such as 550e8400-e29b-41d4-a716-446655440000.");
    }

    /** Whatever somebody has sent must fill no log, and begin no line in one. */
    private static String shown(String text) {
        String shown = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
        return shown.replaceAll("[^\\x20-\\x7e]", "?");
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
