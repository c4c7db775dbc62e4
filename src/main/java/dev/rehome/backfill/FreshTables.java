package dev.rehome.backfill;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Takes keys, indexes and foreign keys off the tables of a home that nobody uses yet, for a faster load, and puts them
 * back. What belongs there is read from the source home, so putting back is: create what the source has and the target
 * lacks, and can be repeated. Row-level security must not be on at the target; it would slow the checks of foreign keys.
 */
final class FreshTables {
    /** With the schema in the search path PostgreSQL writes the definitions without it. */
    private static final String DEFINITIONS = """
            select c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid, true)
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
             where c.relnamespace = to_regnamespace(quote_ident(?)) and k.contype in ('p', 'u', 'x', 'f') and k.conparentid = 0
             union all
            select c.relname, i.relname, 'i', pg_get_indexdef(i.oid, 0, true)
              from pg_index x
              join pg_class i on i.oid = x.indexrelid
              join pg_class c on c.oid = x.indrelid
             where c.relnamespace = to_regnamespace(quote_ident(?)) and x.indisvalid
               and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
             order by 1, 3, 2""";

    private final Servers servers;
    private final TenantCopy copy;
    private final TenantTables tables;

    FreshTables(Servers servers, TenantCopy copy, TenantTables tables) {
        this.servers = servers;
        this.copy = copy;
        this.tables = tables;
    }

    /** Drops what the source has and {@link #buildKeys} and {@link #buildRest} will put back, in one transaction. */
    void drop() throws SQLException {
        Set<Definition> atSource = read(copy.source());
        List<Definition> both =
                read(copy.target()).stream().filter(atSource::contains).toList();
        try (Connection connection = servers.open(copy.target(), DatabaseRole.OWNER, Backfill.APPLICATION)) {
            connection.setAutoCommit(false);
            copy.lease().hold(connection); // R7
            // A unique constraint cannot go while a foreign key needs it.
            execute(connection, both, true);
            execute(connection, both, false);
            connection.commit();
        }
    }

    /** Builds the primary keys, then statistics: what a catch-up needs. Tables in parallel. */
    void buildKeys(int workers) throws SQLException, InterruptedException {
        build(workers, Definition::isPrimaryKey, true);
    }

    /** Builds the other keys and indexes, then the foreign keys. Tables in parallel. */
    void buildRest(int workers) throws SQLException, InterruptedException {
        build(workers, definition -> !definition.isForeignKey(), false);
        build(workers, definition -> true, false);
    }

    private void build(int workers, Predicate<Definition> wanted, boolean analyze)
            throws SQLException, InterruptedException {
        Set<Definition> missing = read(copy.source());
        missing.removeAll(read(copy.target()));
        missing.removeIf(wanted.negate());
        if (missing.isEmpty() && !analyze) {
            return;
        }
        List<Crew.Job<Builder>> jobs = new ArrayList<>();
        for (TenantTable table : tables.parentsFirst()) {
            List<String> statements = missing.stream()
                    .filter(d -> d.table().equals(table.name()))
                    .map(Definition::create)
                    .collect(Collectors.toList());
            if (analyze) {
                statements.add("analyze " + SqlNames.quote(table.name()));
            }
            jobs.add(builder -> builder.execute(statements));
        }
        try (Crew<Builder> crew = Crew.of(workers, this::openBuilder)) {
            crew.run(jobs);
        }
    }

    private static void execute(Connection connection, List<Definition> definitions, boolean foreignKeys)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Definition definition : definitions) {
                if (definition.isForeignKey() == foreignKeys) {
                    statement.execute(definition.drop());
                }
            }
        }
    }

    private Set<Definition> read(Home home) throws SQLException {
        Set<String> names =
                tables.parentsFirst().stream().map(TenantTable::name).collect(Collectors.toSet());
        Set<Definition> definitions = new LinkedHashSet<>();
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, Backfill.APPLICATION);
                PreparedStatement statement = connection.prepareStatement(DEFINITIONS)) {
            statement.setString(1, home.schema());
            statement.setString(2, home.schema());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (names.contains(row.getString(1))) {
                        definitions.add(
                                new Definition(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
                    }
                }
            }
        }
        return definitions;
    }

    @SuppressWarnings("MustBeClosedChecker") // the builder closes it
    private Builder openBuilder() throws SQLException {
        return new Builder(servers.open(copy.target(), DatabaseRole.OWNER, Backfill.APPLICATION), copy.lease());
    }

    /**
     * A key, an index or a foreign key, with names relative to the home's schema.
     *
     * @param kind i for an index, else as in {@code pg_constraint.contype}
     */
    private record Definition(String table, String name, String kind, String sql) {
        boolean isPrimaryKey() {
            return kind.equals("p");
        }

        boolean isForeignKey() {
            return kind.equals("f");
        }

        String create() {
            return kind.equals("i")
                    ? sql
                    : "alter table " + SqlNames.quote(table) + " add constraint " + SqlNames.quote(name) + " " + sql;
        }

        String drop() {
            return kind.equals("i")
                    ? "drop index " + SqlNames.quote(name)
                    : "alter table " + SqlNames.quote(table) + " drop constraint " + SqlNames.quote(name);
        }
    }

    /** Runs DDL as the tables' owner, each statement in a transaction of its own. */
    private record Builder(Connection connection, Lease lease) implements Crew.Worker {
        void execute(List<String> statements) throws SQLException {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    lease.hold(connection); // R7
                    statement.execute(sql);
                    connection.commit();
                }
            }
        }

        @Override
        public void cancel() throws SQLException {
            connection.unwrap(PGConnection.class).cancelQuery();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
