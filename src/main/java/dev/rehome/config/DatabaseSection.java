package dev.rehome.config;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Server;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads {@code database_config}, whose keys have to agree with one another. */
final class DatabaseSection {
    static final String SHARED_URL = "shared_database_url";
    static final String PATTERN = "tenant_database_pattern";
    private static final int CONNECTIONS_PER_SERVER = 100;
    /** As long as every tenant's name. */
    private static final String SAMPLE_TENANT = new UUID(0, 0).toString().replace('-', '_');

    private DatabaseSection() {}

    /** Empty only after a problem. */
    static Optional<DatabaseConfig> read(YamlMap map) {
        Optional<DatabaseUrl> sharedUrl = map.requireSecret(SHARED_URL, DatabaseSection::sharedUrl);
        Optional<DatabaseUrl> pattern = map.requireSecret(PATTERN, DatabaseSection::pattern);
        int perTenant =
                map.require("max_connections_per_tenant", Values.intAtLeast(1)).orElse(1);
        int perServer = map.find("max_connections_per_server", Values.intAtLeast(1))
                .orElse(Math.max(CONNECTIONS_PER_SERVER, perTenant));
        if (perServer < perTenant) {
            map.problem("max_connections_per_server", "must not be less than max_connections_per_tenant");
        }
        Duration timeout = map.find("connection_timeout", Values.durationAtLeast(Duration.ofMillis(1)))
                .orElse(Duration.ofSeconds(5));
        String tenantColumn = map.find("tenant_column", Values::name).orElse("storefront_id");
        String sharedSchema = map.find("shared_schema", Values::schema).orElse("shared");
        String databaseSchema = map.find("database_schema", Values::schema).orElse("storefront");
        Optional<String> controlDatabase = map.find("control_database", Values::name);
        Map<DatabaseRole, Login> logins = logins(map.map("roles"));
        String region = map.find("region", Values::word).orElse(DatabaseConfig.DEFAULT_REGION);
        Optional<DatabaseUrl> pooler = map.findSecret(ServersSection.POOLER, ServersSection::url);
        String changelog = map.find("changelog", Values::word).orElse(DatabaseConfig.DEFAULT_CHANGELOG);
        YamlMap servers = map.map("servers");
        List<Server> namedServers = ServersSection.read(servers, logins);
        if (sharedUrl.isEmpty() || pattern.isEmpty()) {
            return Optional.empty();
        }
        DatabaseConfig config = new DatabaseConfig(
                sharedUrl.get(),
                pattern.get(),
                perTenant,
                perServer,
                timeout,
                tenantColumn,
                sharedSchema,
                databaseSchema,
                controlDatabase.orElse(sharedUrl.get().database()),
                logins,
                region,
                pooler,
                namedServers,
                changelog);
        checkServers(config, map);
        ServersSection.check(config, servers);
        return Optional.of(config);
    }

    static DatabaseUrl sharedUrl(Scalar scalar) {
        DatabaseUrl url = url(scalar);
        if (url.database().isEmpty()) {
            throw new IllegalArgumentException("must name a database");
        }
        if (bytes(url.database()) > Values.NAME_BYTES) {
            throw new IllegalArgumentException(
                    "names a database whose name is longer than " + Values.NAME_BYTES + " bytes");
        }
        return url;
    }

    private static DatabaseUrl pattern(Scalar scalar) {
        DatabaseUrl url = url(scalar);
        if (!url.database().contains(DatabaseConfig.PLACEHOLDER)) {
            throw new IllegalArgumentException("must have " + DatabaseConfig.PLACEHOLDER + " in the database's name");
        }
        try {
            Values.name(new Scalar(url.database().replace(DatabaseConfig.PLACEHOLDER, SAMPLE_TENANT), true));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "gives databases whose name, with a UUID of " + SAMPLE_TENANT.length()
                            + " characters in it, is not allowed: it " + e.getMessage(),
                    e);
        }
        return url;
    }

    private static DatabaseUrl url(Scalar scalar) {
        try {
            return DatabaseUrl.parse(scalar.text());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a database URL: " + e.getMessage(), e);
        }
    }

    static Map<DatabaseRole, Login> logins(YamlMap roles) {
        Map<DatabaseRole, Login> logins = new EnumMap<>(DatabaseRole.class);
        for (DatabaseRole role : DatabaseRole.values()) {
            String key = role.name().toLowerCase(Locale.ROOT);
            YamlMap login = roles.has(key) ? roles.requireMap(key) : roles.map(key);
            Optional<String> user = login.require("user", Values::word);
            @Nullable
            String password = login.findSecret("password", Values::text).orElse(null);
            user.ifPresent(name -> logins.put(role, new Login(name, password)));
        }
        return logins;
    }

    /** A server is reached in one way: two URLs that mean the same server must not say different things of it. */
    private static void checkServers(DatabaseConfig config, YamlMap map) {
        DatabaseUrl shared = config.sharedUrl();
        DatabaseUrl pattern = config.tenantPattern();
        if (shared.product() != pattern.product()) {
            map.problem(PATTERN, "must be of the same product as " + SHARED_URL);
            return;
        }
        boolean appHasLogin = config.logins().containsKey(DatabaseRole.APP) || shared.product() == Product.H2;
        if (!appHasLogin && shared.user() == null) {
            map.problem(SHARED_URL, "must name a user, or roles.app must be given");
        }
        if (config.onOneServer()) {
            if (!appHasLogin && pattern.user() != null && !sameLogin(shared, pattern)) {
                map.problem(
                        PATTERN, "must have the user and password of " + SHARED_URL + " as it is on the same server");
            }
            if (!pattern.parameters().isEmpty() && !pattern.parameters().equals(shared.parameters())) {
                map.problem(PATTERN, "must have the parameters of " + SHARED_URL + " as it is on the same server");
            }
        } else {
            if (!appHasLogin && pattern.user() == null) {
                map.problem(PATTERN, "must name a user, or roles.app must be given");
            }
            if (bytes(config.tenantServer()) > Values.NAME_BYTES) {
                map.problem(PATTERN, "names a host that is longer than " + Values.NAME_BYTES + " bytes");
            }
        }
    }

    private static boolean sameLogin(DatabaseUrl one, DatabaseUrl other) {
        return Objects.equals(one.user(), other.user()) && Objects.equals(one.password(), other.password());
    }

    static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }
}
