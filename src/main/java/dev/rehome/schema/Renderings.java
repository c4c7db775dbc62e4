package dev.rehome.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * What takes homes to the newest level of a changelog, worked out once for each level that homes are at. Thread-safe; as large as
 * the number of levels.
 */
final class Renderings {
    /** The one parameter of changelogs that no two databases share. */
    static final String DATABASE_NAME = "database.name";

    /** Of the changelog that cannot change while this process runs. */
    private static final Renderings OF_HOME = new Renderings(Changelog.HOME);

    private final Changelog changelog;
    private final ConcurrentMap<Key, Rendering> known = new ConcurrentHashMap<>();
    /** Whether the changelog mentions the database's name, by the server's version and roles. */
    private final ConcurrentMap<Key, Boolean> perDatabase = new ConcurrentHashMap<>();

    /** @param version the server's */
    private record Key(String version, Map<String, String> parameters, Level from) {}

    private Renderings(Changelog changelog) {
        this.changelog = changelog;
    }

    /** Our own changelog's are shared by all of this process; a user's file may be another one the next time. */
    static Renderings of(Changelog changelog) {
        return changelog.equals(Changelog.HOME) ? OF_HOME : new Renderings(changelog);
    }

    Changelog changelog() {
        return changelog;
    }

    /**
     * For homes of a server, level and database.
     *
     * @param connection to the database, with autocommit on
     * @param schema one of that level
     */
    Rendering of(Connection connection, String schema, Level from, Map<String, String> parameters) throws SQLException {
        String version = version(connection);
        Map<String, String> shared = general(parameters);
        Key general = new Key(version, shared, Level.NONE);
        Boolean depends = perDatabase.get(general);
        if (depends == null) {
            depends = inTurn(
                    connection,
                    () -> new Renderer(changelog, connection, parameters, List.of()).dependsOn(DATABASE_NAME));
            perDatabase.put(general, depends);
        }
        Key key = new Key(version, depends ? parameters : shared, from);
        Rendering rendering = known.get(key);
        if (rendering == null) {
            rendering = inTurn(connection, () -> {
                Rendering meanwhile = known.get(key);
                return meanwhile != null
                        ? meanwhile
                        : new Renderer(changelog, connection, parameters, Levels.ran(connection, schema)).render(from);
            });
            known.put(key, rendering);
        }
        return rendering;
    }

    /** What {@link #of} has worked out already. */
    Optional<Rendering> known(Connection connection, Level from, Map<String, String> parameters) throws SQLException {
        String version = version(connection);
        Map<String, String> shared = general(parameters);
        Boolean depends = perDatabase.get(new Key(version, shared, Level.NONE));
        return depends == null
                ? Optional.empty()
                : Optional.ofNullable(known.get(new Key(version, depends ? parameters : shared, from)));
    }

    /** The driver knows it from when it connected. */
    private static String version(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    private static Map<String, String> general(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(DATABASE_NAME))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private <T> T inTurn(Connection connection, LiquibaseTurn.Work<T> work) throws SQLException {
        try {
            return LiquibaseTurn.take(changelog.resource(), work);
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) {
            throw changelog.unreadable(e);
        } finally {
            connection.setAutoCommit(true); // Liquibase leaves it off
        }
    }
}
