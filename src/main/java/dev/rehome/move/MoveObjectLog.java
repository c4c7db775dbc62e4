package dev.rehome.move;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What moves make outside a transaction, in the directory: written down before it is made, so that what a dead mover has left is
 * found. Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
final class MoveObjectLog {
    private final ConnectionSource connections;

    MoveObjectLog(ConnectionSource connections) {
        this.connections = connections;
    }

    /** Writes down what is about to be made outside a transaction. */
    void making(Move move, List<MoveObject> objects) {
        connections.transact(connection -> {
            for (MoveObject object : objects) {
                try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.move_object"
                        + " (move_id, kind, server_name, database_name, object_name) values (?, ?, ?, ?, ?)"
                        + " on conflict (move_id, kind, server_name, database_name, object_name)"
                        + " do update set settled_at = null")) {
                    insert.setObject(1, move.id().value());
                    bind(insert, 2, object);
                    insert.executeUpdate();
                }
            }
            return objects;
        });
    }

    /** Marks what was made as gone, or as the tenant's home for good. */
    void settled(Move move, List<MoveObject> objects) {
        connections.transact(connection -> {
            for (MoveObject object : objects) {
                try (PreparedStatement update = connection.prepareStatement("update rehome_directory.move_object"
                        + " set settled_at = clock_timestamp() where move_id = ? and kind = ? and server_name = ?"
                        + " and database_name = ? and object_name = ?")) {
                    update.setObject(1, move.id().value());
                    bind(update, 2, object);
                    update.executeUpdate();
                }
            }
            return objects;
        });
    }

    /** What ended moves have made and nobody has seen go or become a home, a line each. */
    List<String> unsettled() {
        return connections.transact(connection -> {
            List<String> objects = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(
                            "select o.kind, o.server_name, o.database_name, o.object_name, o.move_id"
                                    + " from rehome_directory.move_object o join rehome_directory.move m using (move_id)"
                                    + " where o.settled_at is null and m.finished_at is not null order by o.written_at");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    objects.add(row.getString(1) + " " + row.getString(4) + " in " + row.getString(2) + "/"
                            + row.getString(3) + " of move " + row.getString(5));
                }
            }
            return objects;
        });
    }

    private static void bind(PreparedStatement statement, int first, MoveObject object) throws SQLException {
        statement.setString(first, object.kind().name());
        statement.setString(first + 1, object.home().database().server());
        statement.setString(first + 2, object.home().database().name());
        statement.setString(first + 3, object.name());
    }
}
