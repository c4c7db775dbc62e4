package dev.rehome.placement;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import java.util.Map;

/**
 * A named database server.
 *
 * @param url how it is reached; the database in it is only an example
 * @param logins whom each role logs in as; H2 needs none
 */
public record Server(String name, String region, DatabaseUrl url, Map<DatabaseRole, Login> logins) {
    public Server {
        logins = Map.copyOf(logins);
    }
}
