package dev.rehome.export;

import dev.rehome.export.Manifest.Changeset;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which changesets a home has run, by Liquibase's own table there. */
final class SchemaLevel {
    private SchemaLevel() {}

    /** In the order in which they ran. */
    static List<Changeset> read(Servers servers, Home home) throws SQLException {
        List<Changeset> changesets = new ArrayList<>();
        try (Connection connection = servers.open(home, DatabaseRole.OWNER, TenantSnapshot.APPLICATION);
                PreparedStatement statement = connection.prepareStatement(
                        "select author, id, md5sum from " + SqlNames.quote(home.schema(), "databasechangelog")
                                + " order by orderexecuted, dateexecuted, id");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                changesets.add(new Changeset(
                        row.getString(1), row.getString(2), Objects.requireNonNullElse(row.getString(3), "")));
            }
        }
        return changesets;
    }
}
