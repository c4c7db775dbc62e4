package dev.rehome.config;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code database_config.servers}: further servers by name. */
final class ServersSection {
    static final String POOLER = "pooler";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

    private ServersSection() {}

    /** @param common whom the roles log in as where a server does not say otherwise */
    static List<Server> read(YamlMap map, Map<DatabaseRole, Login> common) {
        List<Server> servers = new ArrayList<>();
        for (String name : map.keys()) {
            checkName(name, map);
            server(name, map.requireMap(name), common).ifPresent(servers::add);
        }
        return servers;
    }

    private static void checkName(String name, YamlMap map) {
        if (!NAME.matcher(name).matches() || DatabaseSection.bytes(name) > Values.NAME_BYTES) {
            map.problem(
                    name,
                    "must be a server's name of lower-case letters, digits, points, hyphens and underscores, at most "
                            + Values.NAME_BYTES + " long, beginning with a letter or digit");
        } else if (name.equals(DatabaseConfig.DEFAULT_SERVER)) {
            map.problem(name, "is the name of the server of " + DatabaseSection.SHARED_URL + "; choose another");
        }
    }

    private static Optional<Server> server(String name, YamlMap map, Map<DatabaseRole, Login> common) {
        Optional<String> region = map.require("region", Values::word);
        Optional<DatabaseUrl> url = map.requireSecret("url", ServersSection::url);
        Optional<DatabaseUrl> pooler = map.findSecret(POOLER, ServersSection::url);
        Map<DatabaseRole, Login> logins = new EnumMap<>(DatabaseRole.class);
        logins.putAll(common);
        logins.putAll(DatabaseSection.logins(map.map("roles")));
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Map<DatabaseRole, Login> all = DatabaseConfig.loginsOf(url.get(), logins);
        if (!all.containsKey(DatabaseRole.APP)) {
            map.problem("url", "must name a user, or roles.app must be given");
        }
        return Optional.of(new Server(name, region.orElse(DatabaseConfig.DEFAULT_REGION), url.get(), all, pooler));
    }

    static DatabaseUrl url(Scalar scalar) {
        DatabaseUrl url = DatabaseSection.sharedUrl(scalar);
        if (url.product() != Product.POSTGRESQL) {
            throw new IllegalArgumentException("must be of a PostgreSQL server: H2 has no servers");
        }
        return url;
    }

    /** One server under two names would be counted, budgeted and rested twice, and a move within it copied across the network. */
    static void check(DatabaseConfig config, YamlMap map) {
        List<Server> others = new ArrayList<>(config.serversOfUrls());
        for (Server server : config.namedServers()) {
            if (config.sharedUrl().product() == Product.H2) {
                map.problem(
                        server.name(), "must not be given as " + DatabaseSection.SHARED_URL + " is H2, which has none");
                continue;
            }
            for (Server other : others) {
                if (other.name().equals(server.name()) && !server.name().equals(DatabaseConfig.DEFAULT_SERVER)) {
                    map.problem(
                            server.name(),
                            "is the name of the server of " + DatabaseSection.PATTERN + " already; choose another");
                } else if (!Collections.disjoint(
                        DatabaseConfig.hosts(other.url()), DatabaseConfig.hosts(server.url()))) {
                    map.problem(
                            server.name(), "has the address of server '" + other.name() + "'; give each server once");
                }
            }
            others.add(server);
        }
    }
}
