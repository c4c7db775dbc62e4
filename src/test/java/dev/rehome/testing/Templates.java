package dev.rehome.testing;

import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The databases that tenants' databases are copied from. They outlive a fleet, since the next one copies from them too. */
public final class Templates {
    private Templates() {}

    /** Drops all that there are on a server; whoever needs one makes it again. For a test that removes something they rest upon. */
    public static void drop(Connection administrator) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = administrator.createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    "select datname from pg_database where starts_with(datname, 'rehome_template_')")) {
                while (row.next()) {
                    names.add(SqlNames.quote(row.getString(1)));
                }
            }
            for (String name : names) {
                statement.execute("alter database " + name + " with is_template false");
                statement.execute("drop database " + name);
            }
        }
    }
}
