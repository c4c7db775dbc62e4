package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SchemaRelations;
import dev.rehome.placement.Home;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What in the tables of a PostgreSQL home forbids to move a tenant out of it or into it: asked before a move starts, as
 * most of it would come out only later, or never. Ask as the mover, who must not be
 * kept from seeing rows. Tables without the tenant's column are lookup tables:
 * they are not moved, and no obstacle unless a foreign key ties them to tables that are.
 */
public final class MoveObstacles {
    private MoveObstacles() {}

    /**
     * Finds everything that is wrong with a home by itself: each obstacle a sentence that names it, and one that says what to
     * do about it.
     */
    public static List<String> of(Connection connection, Home home, String tenantColumn) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ObstacleQuery.ALL)) {
            statement.setString(1, home.schema());
            statement.setString(2, tenantColumn);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    obstacles.add(
                            row.getString(2) + " of home " + home + " " + ObstacleQuery.valueOf(row.getString(1)).why);
                }
            }
        }
        return obstacles;
    }

    /** Finds what keeps two homes from taking over from each other: sequences that one lacks or counts differently, encodings. */
    public static List<String> between(Connection source, Home from, Connection target, Home to) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        Map<String, String> here = sequences(source, from);
        Map<String, String> there = sequences(target, to);
        // Both ways: after the cutover the target is the source.
        missing(here, there, to, obstacles);
        missing(there, here, from, obstacles);
        here.forEach((name, shape) -> {
            String other = there.get(name);
            if (other != null && !other.equals(shape)) {
                obstacles.add("Sequence " + name + " is " + shape + " in home " + from + " and " + other + " in home "
                        + to + ". Bring both to the same level of the changelog.");
            }
        });
        String encoding = encoding(source);
        if (!encoding.equals(encoding(target))) {
            obstacles.add("The databases of homes " + from + " and " + to + " have different encodings, " + encoding
                    + " and " + encoding(target) + ". Choose a target whose database has the source's.");
        }
        return obstacles;
    }

    /** @throws RehomeException (CONFIGURATION) with all obstacles, if there are any */
    public static void requireNone(List<String> obstacles) {
        if (!obstacles.isEmpty()) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The tenant cannot be moved, and nothing has been copied:"
                            + obstacles.stream()
                                    .map(obstacle -> "\n- " + obstacle)
                                    .reduce("", String::concat)
                            + "\nCorrect this in the changelog of all homes, then start the move again.");
        }
    }

    private static void missing(
            Map<String, String> sequences, Map<String, String> others, Home where, List<String> obstacles) {
        sequences.keySet().stream()
                .filter(name -> !others.containsKey(name))
                .forEach(
                        name -> obstacles.add(
                                "Sequence " + name + " is missing in home " + where
                                        + ", so its position cannot be carried over. Bring both homes to the same level of the changelog."));
    }

    /** What has to be the same everywhere for a position to mean the same. */
    private static Map<String, String> sequences(Connection connection, Home home) throws SQLException {
        Map<String, String> sequences = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SchemaRelations.ofNamed("""
                select c.relname, format('%s from %s to %s by %s', format_type(s.seqtypid, null), s.seqmin, s.seqmax, s.seqincrement)
                  from ${relations} c
                  join pg_sequence s on s.seqrelid = c.oid
                 order by c.relname"""))) {
            statement.setString(1, home.schema());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sequences.put(row.getString(1), row.getString(2));
                }
            }
        }
        return sequences;
    }

    private static String encoding(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select current_setting('server_encoding')");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }
}
