package dev.rehome.fleet.levels;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The homes that tenants live in, by the directory, and the shared homes. Thread-safe. */
public final class FleetHomes {
    /** Steps from one database to the next over the index, instead of reading every tenant. */
    private static final String DATABASES = """
            with recursive d as (
                (select server_name, database_name from rehome_directory.placement order by server_name, database_name limit 1)
                union all
                select n.server_name, n.database_name
                  from d cross join lateral (
                    select server_name, database_name from rehome_directory.placement p
                     where (p.server_name, p.database_name) > (d.server_name, d.database_name)
                     order by server_name, database_name limit 1) n)
            select server_name, database_name from d""";
    /** Likewise from one schema to the next: a shared home has many tenants. */
    private static final String HOMES = """
            with recursive h as (
                (select schema_name, tier from rehome_directory.placement
                  where server_name = ? and database_name = ? and schema_name > ? order by schema_name limit 1)
                union all
                select n.schema_name, n.tier
                  from h cross join lateral (
                    select schema_name, tier from rehome_directory.placement p
                     where p.server_name = ? and p.database_name = ? and p.schema_name > h.schema_name
                     order by schema_name limit 1) n)
            select schema_name, tier from h limit ?""";

    private final ConnectionSource directory;
    private final List<Home> shared;

    /** @param shared homes that there are whether somebody lives there or not */
    public FleetHomes(ConnectionSource directory, Collection<Home> shared) {
        this.directory = directory;
        this.shared = List.copyOf(shared);
    }

    DirectorySession open() {
        return new DirectorySession(directory);
    }

    Set<Database> databases(DirectorySession session) {
        Set<Database> databases = new LinkedHashSet<>();
        shared.forEach(home -> databases.add(home.database()));
        databases.addAll(session.transact(connection -> {
            List<Database> known = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(DATABASES);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    known.add(new Database(row.getString(1), row.getString(2)));
                }
            }
            return known;
        }));
        return databases;
    }

    /** Those of a database in the order of their schemas, beginning behind one. */
    List<Home> in(DirectorySession session, Database database, String afterSchema, int limit) {
        return session.transact(connection -> {
            List<Home> homes = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(HOMES)) {
                statement.setString(1, database.server());
                statement.setString(2, database.name());
                statement.setString(3, afterSchema);
                statement.setString(4, database.server());
                statement.setString(5, database.name());
                statement.setInt(6, limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        homes.add(new Home(Tier.valueOf(row.getString(2)), database, row.getString(1)));
                    }
                }
            }
            return homes;
        });
    }

    /** The shared homes of a database, whether somebody lives there or not. */
    List<Home> sharedIn(Database database) {
        return shared.stream().filter(home -> home.database().equals(database)).toList();
    }
}
