package dev.rehome.fleet;

import dev.rehome.placement.Home;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Who is at the rows of a home, so that its tables are not to be changed now: a move, or an operation that fills or empties it. */
public final class HomeUse {
    private static final String USERS = """
            select 'move ' || move_id || ' of tenant ' || tenant_id || ', ' || phase from rehome_directory.move
             where finished_at is null
               and ((from_server, from_database, from_schema) = (?, ?, ?) or (to_server, to_database, to_schema) = (?, ?, ?))
            union all
            select 'operation ' || lower(l.operation) || ' of tenant ' || l.tenant_id || ', to be repeated if nobody is at it'
              from rehome_directory.tenant_life l
              left join rehome_directory.placement p on p.tenant_id = l.tenant_id
             where l.operation in ('IMPORT', 'CLONE', 'RESTORE', 'REPLACE', 'ARCHIVE', 'DELETE')
               and ((p.server_name, p.database_name, p.schema_name) = (?, ?, ?)
                    or (l.home_server, l.home_database, l.home_schema) = (?, ?, ?))
             limit 1""";
    private static final int PLACES = 4;

    private HomeUse() {}

    /** For people; in the caller's transaction in the directory's database. */
    public static Optional<String> of(Connection connection, Home home) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(USERS)) {
            int parameter = 1;
            for (int place = 0; place < PLACES; place++) {
                statement.setString(parameter++, home.database().server());
                statement.setString(parameter++, home.database().name());
                statement.setString(parameter++, home.schema());
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
