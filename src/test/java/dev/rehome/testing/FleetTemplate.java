package dev.rehome.testing;

import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import java.sql.SQLException;

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
        return copy("drop schema " + JdbcDirectory.SCHEMA + " cascade");
    }

    private String copy(String more) throws SQLException {
        String copy = server.nextName();
        server.copyDatabase(copy, name, more);
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
