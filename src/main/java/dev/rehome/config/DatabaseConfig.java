package dev.rehome.config;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where homes are, and how they are reached. Immutable; {@link #toString} shows no password.
 *
 * @param sharedUrl the database of the default server's shared home, in which the tenants' schemas are too
 * @param tenantPattern the databases of tenants that have their own; {@value #PLACEHOLDER} in its name stands for the tenant
 * @param tenantColumn the column that says whose row it is
 * @param sharedSchema the schema of a shared home, on every server
 * @param databaseSchema the schema of the home inside a tenant's own database
 * @param controlDatabase the database of the directory, on the default server
 * @param logins whom the roles log in as, where that is not the URL's user
 * @param region of the default server and of the one of {@link #tenantPattern}
 * @param pooler how applications reach the default server instead, if through PgBouncer in transaction mode
 * @param namedServers further servers, each with a shared home in its URL's database
 * @param changelog the Liquibase changelog of the homes' tables: on the class path or below the working directory
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
        Map<DatabaseRole, Login> logins,
        String region,
        Optional<DatabaseUrl> pooler,
        List<Server> namedServers,
        String changelog) {

    /** Stands for the tenant in {@link #tenantPattern}. */
    public static final String PLACEHOLDER = "{storefront_id}";
    /** The changelog of the storefronts' tables that Rehome comes with. */
    public static final String DEFAULT_CHANGELOG = "liquibase/home.yaml";

    /** The name of the server of {@link #sharedUrl}. */
    public static final String DEFAULT_SERVER = "default";

    static final String DEFAULT_REGION = "default";
    /** Exists on every server, unless somebody has dropped it (manual, 22.3): a place to create others from. */
    private static final String MAINTENANCE_DATABASE = "postgres";

    private static final String POSTGRESQL_PORT = ":5432";

    public DatabaseConfig {
        logins = Map.copyOf(logins);
        namedServers = List.copyOf(namedServers);
    }

    /** The default server, the one of the tenants' databases if it is another, and those that have names. */
    public Servers servers() {
        List<Server> servers = serversOfUrls();
        servers.addAll(namedServers);
        return new Servers(servers);
    }

    /** Those that are not {@link #namedServers}. */
    List<Server> serversOfUrls() {
        List<Server> servers = new ArrayList<>();
        servers.add(new Server(DEFAULT_SERVER, region, sharedUrl, loginsOf(sharedUrl, logins), pooler));
        if (!onOneServer()) {
            // Nothing is made in the database of a pattern: its name stands for many.
            DatabaseUrl url = tenantPattern.withDatabase(MAINTENANCE_DATABASE);
            servers.add(new Server(tenantServer(), region, url, loginsOf(url, logins)));
        }
        return servers;
    }

    /** The database of the shared home of a server, and of its tenants' schemas; empty if it has none. */
    Optional<Database> sharedDatabase(String server) {
        Stream<Database> named = namedServers.stream()
                .map(each -> new Database(each.name(), each.url().database()));
        return Stream.concat(Stream.of(new Database(DEFAULT_SERVER, sharedUrl.database())), named)
                .filter(database -> database.server().equals(server))
                .findFirst();
    }

    public Database directoryDatabase() {
        return new Database(DEFAULT_SERVER, controlDatabase);
    }

    /** The database of its own, on a server, of the tenant with this name, which has no hyphens in it. */
    Database tenantDatabase(String tenantName, String server) {
        return new Database(server, tenantPattern.database().replace(PLACEHOLDER, tenantName));
    }

    boolean onOneServer() {
        return sharedUrl.product() == tenantPattern.product()
                && address(sharedUrl).equals(address(tenantPattern));
    }

    /** The name of the server that the tenants' databases are on: its address, unless it is the default one. */
    String tenantServer() {
        return onOneServer() ? DEFAULT_SERVER : address(tenantPattern);
    }

    /** The URL's user is the application, unless the logins say otherwise. */
    static Map<DatabaseRole, Login> loginsOf(DatabaseUrl url, Map<DatabaseRole, Login> logins) {
        Map<DatabaseRole, Login> all = new EnumMap<>(DatabaseRole.class);
        String user = url.user();
        if (user != null) {
            all.put(DatabaseRole.APP, new Login(user, url.password()));
        }
        all.putAll(logins);
        return all;
    }

    /** The hosts behind a URL, each with its port unless that is the usual one. */
    static Set<String> hosts(DatabaseUrl url) {
        return Stream.of(url.authority().split(",", -1))
                .map(DatabaseConfig::withoutUsualPort)
                .collect(Collectors.toSet());
    }

    private static String address(DatabaseUrl url) {
        return withoutUsualPort(url.authority());
    }

    private static String withoutUsualPort(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return lower.endsWith(POSTGRESQL_PORT) ? lower.substring(0, lower.length() - POSTGRESQL_PORT.length()) : lower;
    }
}
