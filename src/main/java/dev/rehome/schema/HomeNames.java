package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Home;
import java.nio.charset.StandardCharsets;

/** Which names of schemas and databases can be used. PostgreSQL takes more than Liquibase quotes rightly. */
final class HomeNames {
    /** PostgreSQL cuts off the rest (NAMEDATALEN), and two long names would become one. */
    private static final int LONGEST_BYTES = 63;

    private HomeNames() {}

    /** @throws RehomeException (CONFIGURATION) before anything is made of the name */
    static void requireUsable(Home home) {
        requireUsable("schema", home.schema());
        requireUsable("database", home.database().name());
    }

    private static void requireUsable(String what, String name) {
        if (name.isEmpty()
                || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES
                || name.chars().anyMatch(c -> c == '"' || c == '$' || Character.isISOControl(c))) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The name of a " + what + " has from 1 to " + LONGEST_BYTES
                            + " bytes, and neither \" nor $ nor control"
                            + " characters in it. Correct it in the strategy file.");
        }
    }
}
