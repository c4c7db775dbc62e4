package dev.rehome.config;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where homes are, and how they are reached. Immutable; {@link #toString} shows no password.
 *
 * @param sharedUrl the database of the shared home, in which the tenants' schemas are too
 * @param tenantPattern the databases of tenants that have their own; {@value #PLACEHOLDER} in its name stands for the tenant
 * @param tenantColumn the column that says whose row it is
 * @param sharedSchema the schema of the shared home
 * @param databaseSchema the schema of the home inside a tenant's own database
 * @param controlDatabase the database of the directory, on the shared home's server
 * @param logins whom the roles log in as, where that is not the URL's user
 */
public record DatabaseConfig(
        DatabaseUrl sharedUrl,
        DatabaseUrl tenantPattern,
        int maxConnectionsPerTenant,
        int maxConnectionsPerServer,
        Duration connectionTimeout,
        String tenantColumn,
        String sharedSchema,
        String databaseSchema,
        String controlDatabase,
        Map<DatabaseRole, Login> logins) {

    /** Stands for the tenant in {@link #tenantPattern}. */
    public static final String PLACEHOLDER = "{storefront_id}";
    /** The name of the server that the shared home is on. */
    public static final String DEFAULT_SERVER = "default";

    private static final String REGION = "default";
    private static final String POSTGRESQL_PORT = ":5432";

    public DatabaseConfig {
        logins = Map.copyOf(logins);
    }

    /** The server of the shared home, and the one of the tenants' databases if it is another. */
    public Servers servers() {
        Server shared = server(DEFAULT_SERVER, sharedUrl);
        return new Servers(onOneServer() ? List.of(shared) : List.of(shared, server(tenantServer(), tenantPattern)));
    }

    public Database sharedDatabase() {
        return new Database(DEFAULT_SERVER, sharedUrl.database());
    }

    public Database directoryDatabase() {
        return new Database(DEFAULT_SERVER, controlDatabase);
    }

    /** The database of its own of the tenant with this name, which has no hyphens in it. */
    Database tenantDatabase(String tenantName) {
        return new Database(tenantServer(), tenantPattern.database().replace(PLACEHOLDER, tenantName));
    }

    boolean onOneServer() {
        return sharedUrl.product() == tenantPattern.product()
                && address(sharedUrl).equals(address(tenantPattern));
    }

    /** The name of the server that the tenants' databases are on: its address, unless it is the default one. */
    String tenantServer() {
        return onOneServer() ? DEFAULT_SERVER : address(tenantPattern);
    }

    private Server server(String name, DatabaseUrl url) {
        Map<DatabaseRole, Login> all = new EnumMap<>(DatabaseRole.class);
        String user = url.user();
        if (user != null) {
            all.put(DatabaseRole.APP, new Login(user, url.password()));
        }
        all.putAll(logins);
        return new Server(name, REGION, url, all);
    }

    private static String address(DatabaseUrl url) {
        String authority = url.authority().toLowerCase(Locale.ROOT);
        return authority.endsWith(POSTGRESQL_PORT)
                ? authority.substring(0, authority.length() - POSTGRESQL_PORT.length())
                : authority;
    }
}
