package dev.rehome.testing;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database with a directory and a shared home that nobody lives in. Fleets copy it, as its changelogs take seconds and a copy
 * takes a moment. Thread-safe.
 */
final class FleetTemplate {
    static final String SHARED_SCHEMA = "shared";

    private final PostgresServer server;
    private final String name;

    FleetTemplate(PostgresServer server) throws SQLException {
        this.server = server;
        this.name = server.createDatabase();
        Database database = new Database(PostgresServer.NAME, name);
        Homes homes = new Homes(server.servers(name), database, TestFleet.TENANT_COLUMN);
        homes.createDirectory();
        homes.create(new Home(Tier.SHARED, database, SHARED_SCHEMA));
    }

    /** A database for the directory and a shared home. */
    String copy() throws SQLException {
        return copy("");
    }

    /** A database for a shared home alone. */
    String copyWithoutDirectory() throws SQLException {
        return copy("; drop schema " + JdbcDirectory.SCHEMA + " cascade");
    }

    /** The changelog gives a right on the database under its name, which a copy has neither in its rights nor in its checksum. */
    private String copy(String more) throws SQLException {
        String copy = server.createDatabase(name);
        String database = SqlNames.quote(copy);
        try (Connection connection = server.administrator(copy);
                Statement statement = connection.createStatement()) {
            statement.execute("revoke temporary on database " + database + " from public; grant temporary on database "
                    + database + " to rehome_mover; update rehome.databasechangelog set md5sum = null where id = "
                    + "'temporary-tables'" + more);
        }
        return copy;
    }

    void drop() {
        try {
            server.dropDatabase(name);
        } catch (SQLException e) {
            throw new IllegalStateException("Drop database " + name + " by hand.", e);
        }
    }
}
