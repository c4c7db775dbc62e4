package dev.rehome.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the sequences of a home have got: those behind identity and serial columns, and those that stand by themselves,
 * such as Hibernate's. Read at the fenced source, they hold for everything that was ever drawn there on behalf of the
 * tenant, blocks of numbers included that an application still has in its memory; {@code max(id)} would not. Immutable.
 *
 * @param byName by the sequence's name without schema
 */
public record SequencePositions(Map<String, Position> byName) {
    private static final String READ = "select sequence_name, last_value, is_called from rehome.sequence_positions(?)";

    private static final String RAISE =
            "select count(*) filter (where rehome.raise_sequence(?, s.name, s.last, s.called))"
                    + " from unnest(?::text[], ?::bigint[], ?::boolean[]) as s (name, last, called)";

    /**
     * Where a sequence stands.
     *
     * @param called whether {@code last} has been drawn; else it is what will be drawn first
     */
    public record Position(long last, boolean called) {}

    public SequencePositions {
        byName = Map.copyOf(byName);
    }

    /** Reads all sequences of a schema, in one round trip. What others draw from them meanwhile may be missed. */
    public static SequencePositions read(Connection connection, String schema) throws SQLException {
        Map<String, Position> positions = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    positions.put(row.getString(1), new Position(row.getLong(2), row.getBoolean(3)));
                }
            }
        }
        return new SequencePositions(positions);
    }

    /**
     * Makes the sequences of the same names in another home go on behind these positions: upwards those that count up,
     * downwards those that count down. One that is there already stays as it is, and none is ever set back, though in a
     * shared home others draw from it at the same time. In one round trip. A sequence's position belongs to no transaction:
     * what is done stays done after a roll-back, and can be repeated.
     *
     * <p>The last 20,000 numbers at most are drawn one by one, which takes some milliseconds. Inside a fence do it a
     * second time only, for what was drawn since the first.
     *
     * @return how many sequences had to be raised
     * @throws SQLException 42P01 if the other home lacks a sequence
     */
    public int raise(Connection target, String schema) throws SQLException {
        List<Map.Entry<String, Position>> all = List.copyOf(byName.entrySet());
        try (PreparedStatement statement = target.prepareStatement(RAISE)) {
            statement.setString(1, schema);
            statement.setArray(
                    2,
                    target.createArrayOf(
                            "text", all.stream().map(Map.Entry::getKey).toArray()));
            statement.setArray(
                    3,
                    target.createArrayOf(
                            "bigint", all.stream().map(e -> e.getValue().last()).toArray()));
            statement.setArray(
                    4,
                    target.createArrayOf(
                            "boolean",
                            all.stream().map(e -> e.getValue().called()).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
