package dev.rehome.placement;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.util.Locale;

/** How much a tenant's home is its own. */
public enum Tier {
    /** Tables shared with other tenants; a column tells the rows apart. Also called discriminator or pool. */
    SHARED,
    /** A schema of its own in a database with others. Also called bridge. */
    SCHEMA,
    /** A database of its own. Also called silo. */
    DATABASE;

    /** @throws RehomeException (USER) if the text is neither a tier nor one of its other names */
    public static Tier parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "shared", "discriminator", "pool" -> SHARED;
            case "schema", "bridge" -> SCHEMA;
            case "database", "silo" -> DATABASE;
            default ->
                throw new RehomeException(
                        ErrorKind.USER, "'" + text + "' is not a tier: use shared, schema or database.");
        };
    }
}
