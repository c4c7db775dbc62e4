package dev.rehome.placement;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import java.util.Map;
import java.util.Optional;

/**
 * A named database server.
 *
 * @param url how it is reached; the database in it is only an example
 * @param logins whom each role logs in as; H2 needs none
 * @param pooler how applications reach it instead, if through PgBouncer in transaction mode; movers and schema changes never do
 */
public record Server(
        String name, String region, DatabaseUrl url, Map<DatabaseRole, Login> logins, Optional<DatabaseUrl> pooler) {
    public Server {
        logins = Map.copyOf(logins);
    }

    /** A server that everybody reaches directly. */
    public Server(String name, String region, DatabaseUrl url, Map<DatabaseRole, Login> logins) {
        this(name, region, url, logins, Optional.empty());
    }

    /** The same server, behind a pooler for applications. */
    public Server behind(DatabaseUrl pooler) {
        return new Server(name, region, url, logins, Optional.of(pooler));
    }
}
