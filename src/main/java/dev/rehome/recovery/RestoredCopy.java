package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A server that was restored beside the one that it is a copy of, as it was at some moment. It takes itself for that one: its rows have
 * that one's name, and its roles have the same passwords. Only read. Immutable.
 *
 * @param servers the copy alone, under the name of the server that it is a copy of
 */
public record RestoredCopy(Server server, Servers servers) {
    private static final String APPLICATION = "rehome recovery";

    /**
     * Finds it.
     *
     * @param where its URL, or its name in the strategy file
     * @param of the name of the server that it is a copy of
     * @throws RehomeException (USER) if it is neither, or that server itself
     */
    public static RestoredCopy at(StrategyConfig strategy, String where, String of) {
        Server original = named(strategy, of);
        DatabaseUrl url;
        Map<DatabaseRole, Login> logins = original.logins();
        if (where.contains("://")) {
            try {
                url = DatabaseUrl.parse(where);
            } catch (IllegalArgumentException e) {
                throw new RehomeException(ErrorKind.USER, "The restored server: " + e.getMessage() + ".", e);
            }
            if (url.product() != Product.POSTGRESQL) {
                throw new RehomeException(ErrorKind.USER, "The restored server has to be a PostgreSQL server.");
            }
            if (url.database().isEmpty()) {
                url = url.withDatabase(original.url().database());
            }
        } else {
            Server registered = named(strategy, where);
            url = registered.url();
            logins = registered.logins();
        }
        if (url.authority().equals(original.url().authority())) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "That is server '" + of
                            + "' itself. Restore its copy beside it, on another port or machine, and name that.");
        }
        Server copy = new Server(of, original.region(), url, logins);
        return new RestoredCopy(copy, Servers.of(copy));
    }

    private static Server named(StrategyConfig strategy, String name) {
        return strategy.servers().all().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "Server '" + name + "' is not configured. Known are "
                                + strategy.servers().all().stream()
                                        .map(Server::name)
                                        .toList()
                                + "."));
    }

    /** Of the latest transaction that its recovery has replayed; empty if it was started anew since. */
    Optional<Instant> asOf() throws SQLException {
        try (Connection connection = servers.open(
                        new Database(server.name(), server.url().database()),
                        Homes.DATABASE_SCHEMA,
                        DatabaseRole.MOVER,
                        APPLICATION);
                PreparedStatement statement = connection.prepareStatement("select pg_last_xact_replay_timestamp()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return Optional.ofNullable(row.getTimestamp(1)).map(Timestamp::toInstant);
        }
    }

    @Override
    public String toString() {
        return server.url().authority() + ", a copy of server " + server.name();
    }
}
