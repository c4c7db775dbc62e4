package dev.rehome.placement;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A home in a row of a table or a statement: four neighbours, its tier, server, database and schema. */
public final class HomeColumns {
    private HomeColumns() {}

    public static List<String> values(Home home) {
        return List.of(
                home.tier().name(), home.database().server(), home.database().name(), home.schema());
    }

    /** @param first the parameter of the tier */
    public static void bind(PreparedStatement statement, int first, Home home) throws SQLException {
        int parameter = first;
        for (String value : values(home)) {
            statement.setString(parameter++, value);
        }
    }

    /** @param first the column of the tier */
    public static Home read(ResultSet row, int first) throws SQLException {
        return new Home(
                Tier.valueOf(row.getString(first)),
                row.getString(first + 1),
                row.getString(first + 2),
                row.getString(first + 3));
    }

    /** @param side which of the row's homes: what the names of its columns begin with, as in {@code from_tier} */
    public static Home read(ResultSet row, String side) throws SQLException {
        return new Home(
                Tier.valueOf(row.getString(side + "_tier")),
                row.getString(side + "_server"),
                row.getString(side + "_database"),
                row.getString(side + "_schema"));
    }
}
