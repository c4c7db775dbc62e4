package dev.rehome.backfill;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SchemaRelations;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Takes keys, indexes and foreign keys off the tables of a home that nobody uses yet, for a faster load, and puts them
 * back. What belongs there is read from the source home, so putting back is: create what the source has and the target
 * lacks, and can be repeated. Row-level security must not be on at the target; it would slow the checks of foreign keys.
 *
 * <p>To keep all workers busy, nothing that takes long locks a table against the others: keys are built as unique indexes
 * and declared afterwards, foreign keys are declared unchecked and checked afterwards, large tables come first.
 */
final class FreshTables {
    /** With the schema in the search path PostgreSQL writes the definitions without it. */
    private static final String DEFINITIONS = SchemaRelations.ofNamed("""
            select c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid, true),
                   case when k.contype in ('p', 'u') and c.relkind = 'r' and a.amname = 'btree'
                        then pg_get_indexdef(k.conindid, 0, true) end,
                   k.condeferrable, k.condeferred, c.relkind = 'r'
              from ${relations} c
              join pg_constraint k on k.conrelid = c.oid
              left join pg_class i on i.oid = k.conindid
              left join pg_am a on a.oid = i.relam
             where k.contype in ('p', 'u', 'x', 'f') and k.conparentid = 0
             union all
            select c.relname, i.relname, 'i', pg_get_indexdef(i.oid, 0, true), null, false, false, true
              from ${relations} c
              join pg_index x on x.indrelid = c.oid and x.indisvalid
              join pg_class i on i.oid = x.indexrelid
             where not exists (select from pg_constraint k
                                where k.conrelid = c.oid and k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
             order by 1, 3, 2""");

    private static final String SIZES = SchemaRelations.ofNamed(
            "select c.relname, pg_relation_size(c.oid) from ${relations} c where c.relkind in ('r', 'p') order by 2 desc, 1");

    private static final String UNCHECKED = " NOT VALID";

    /** What a build may sort in; each worker has one. Never less than the server is set to. */
    private static final int SORT_MEGABYTES = 256;

    private static final String MORE_SORT_MEMORY = "select set_config(name, '" + SORT_MEGABYTES
            + "MB', false) from pg_settings where name = 'maintenance_work_mem' and setting::bigint < " + SORT_MEGABYTES
            + " * 1024";

    private final Servers servers;
    private final Lease lease;
    private final Home target;
    private final TenantTables tables;
    private final Wanted wanted;

    /** What the target is to have in the end. */
    @FunctionalInterface
    private interface Wanted {
        Set<Definition> read() throws SQLException;
    }

    FreshTables(Servers servers, TenantCopy copy, TenantTables tables) {
        this.servers = servers;
        this.lease = copy.lease();
        this.target = copy.target();
        this.tables = tables;
        this.wanted = () -> read(copy.source());
    }

    /** For a home that has everything and is filled from elsewhere than a home: it gets back what it has now. */
    FreshTables(Servers servers, Lease lease, Home target, TenantTables tables) throws SQLException {
        this.servers = servers;
        this.lease = lease;
        this.target = target;
        this.tables = tables;
        Set<Definition> now = Set.copyOf(read(target));
        this.wanted = () -> new LinkedHashSet<>(now);
    }

    /** Drops what {@link #buildKeys} and {@link #buildRest} will find at the source, or have half built, in one transaction. */
    void drop() throws SQLException {
        Set<Definition> all = new LinkedHashSet<>();
        for (Definition definition : wanted.read()) {
            all.addAll(definition.stages());
        }
        List<Definition> both = read(target).stream().filter(all::contains).toList();
        try (Connection connection = servers.open(target, DatabaseRole.OWNER, Backfill.APPLICATION)) {
            connection.setAutoCommit(false);
            lease.hold(connection); // R7
            // A unique constraint cannot go while a foreign key needs it.
            execute(connection, both, true);
            execute(connection, both, false);
            connection.commit();
        }
    }

    /** Builds the primary keys, then statistics: what a catch-up needs. */
    void buildKeys(int workers) throws SQLException, InterruptedException {
        build(workers, Definition::isPrimaryKey, true);
    }

    /** Builds the other keys and indexes, then the foreign keys. */
    void buildRest(int workers) throws SQLException, InterruptedException {
        build(workers, definition -> true, false);
    }

    /** Several at once. */
    private void build(int workers, Predicate<Definition> chosen, boolean analyze)
            throws SQLException, InterruptedException {
        Set<Definition> there = read(target);
        Set<Definition> missing = wanted.read();
        missing.removeAll(there);
        missing.removeIf(chosen.negate());
        if (missing.isEmpty() && !analyze) {
            return;
        }
        List<String> largestFirst = largestFirst();
        try (Crew<Builder> crew = Crew.of(workers, this::openBuilder)) {
            List<Crew.Job<Builder>> indexes = new ArrayList<>();
            List<Crew.Job<Builder>> keys = new ArrayList<>();
            List<String> references = new ArrayList<>();
            List<Crew.Job<Builder>> checks = new ArrayList<>();
            for (String table : largestFirst) {
                List<String> declarations = new ArrayList<>();
                List<String> validations = new ArrayList<>();
                for (Definition definition : missing) {
                    if (!definition.table().equals(table)) {
                        continue;
                    }
                    if (definition.isForeignKey()) {
                        if (!there.contains(definition.unchecked())) {
                            references.add(definition.unchecked().create());
                        }
                        validations.addAll(definition.check());
                    } else {
                        definition
                                .index()
                                .filter(index -> !there.contains(index))
                                .ifPresent(index -> indexes.add(builder -> builder.execute(List.of(index.create()))));
                        declarations.addAll(definition.declare());
                    }
                }
                if (analyze) {
                    declarations.add("analyze " + SqlNames.quote(table));
                }
                keys.add(builder -> builder.execute(declarations));
                checks.add(builder -> builder.execute(validations));
            }
            crew.run(indexes);
            crew.run(keys);
            crew.run(List.<Crew.Job<Builder>>of(builder -> builder.execute(references)));
            crew.run(checks);
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

    private List<String> largestFirst() throws SQLException {
        Set<String> names = names();
        List<String> largestFirst = new ArrayList<>();
        try (Connection connection = servers.open(target, DatabaseRole.MOVER, Backfill.APPLICATION);
                PreparedStatement statement = connection.prepareStatement(SIZES)) {
            statement.setString(1, target.schema());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (names.contains(row.getString(1))) {
                        largestFirst.add(row.getString(1));
                    }
                }
            }
        }
        return largestFirst;
    }

    private Set<String> names() {
        return tables.parentsFirst().stream().map(TenantTable::name).collect(Collectors.toSet());
    }

    private Set<Definition> read(Home home) throws SQLException {
        Set<String> names = names();
        Set<Definition> definitions = new LinkedHashSet<>();
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, Backfill.APPLICATION);
                PreparedStatement statement = connection.prepareStatement(DEFINITIONS)) {
            statement.setString(1, home.schema());
            statement.setString(2, home.schema());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (names.contains(row.getString(1))) {
                        definitions.add(new Definition(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getBoolean(6),
                                row.getBoolean(7),
                                row.getBoolean(8)));
                    }
                }
            }
        }
        return definitions;
    }

    @SuppressWarnings("MustBeClosedChecker") // the builder closes it
    private Builder openBuilder() throws SQLException {
        Connection connection = servers.open(target, DatabaseRole.OWNER, Backfill.APPLICATION);
        try (Statement statement = connection.createStatement()) {
            statement.execute(MORE_SORT_MEMORY);
            return new Builder(connection, lease);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * A key, an index or a foreign key, with names relative to the home's schema.
     *
     * @param kind i for an index, else as in {@code pg_constraint.contype}
     * @param indexSql of a key that can be declared over an index which exists
     * @param divisible whether a foreign key can be declared before it is checked: not of a partitioned table
     */
    private record Definition(
            String table,
            String name,
            String kind,
            String sql,
            @Nullable String indexSql,
            boolean deferrable,
            boolean deferred,
            boolean divisible) {
        boolean isPrimaryKey() {
            return kind.equals("p");
        }

        boolean isForeignKey() {
            return kind.equals("f");
        }

        /** This, and what there is of it when it is half built. */
        List<Definition> stages() {
            return isForeignKey()
                    ? List.of(this, unchecked())
                    : index().map(index -> List.of(this, index)).orElse(List.of(this));
        }

        /** What takes the time of building it; nothing if it can only be declared at once. */
        Optional<Definition> index() {
            if (kind.equals("i")) {
                return Optional.of(this);
            }
            return indexSql == null
                    ? Optional.empty()
                    : Optional.of(new Definition(table, name, "i", indexSql, null, false, false, true));
        }

        /** What is left to do once its index is there. */
        List<String> declare() {
            if (kind.equals("i")) {
                return List.of();
            }
            if (indexSql == null) {
                return List.of(create());
            }
            return List.of(alter("add constraint ")
                    + (kind.equals("p") ? " primary key" : " unique")
                    + " using index " + SqlNames.quote(name)
                    + (deferrable ? " deferrable" : "")
                    + (deferred ? " initially deferred" : ""));
        }

        /** The foreign key as it is before it is checked. One that is not checked at the source either is not checked here. */
        Definition unchecked() {
            return isUnchecked() || !divisible
                    ? this
                    : new Definition(table, name, kind, sql + UNCHECKED, indexSql, deferrable, deferred, divisible);
        }

        private boolean isUnchecked() {
            return sql.endsWith(UNCHECKED) || sql.endsWith(" NOT ENFORCED");
        }

        List<String> check() {
            return isUnchecked() || !divisible ? List.of() : List.of(alter("validate constraint "));
        }

        String create() {
            return kind.equals("i") ? sql : alter("add constraint ") + " " + sql;
        }

        String drop() {
            return kind.equals("i") ? "drop index " + SqlNames.quote(name) : alter("drop constraint ");
        }

        private String alter(String action) {
            return "alter table " + SqlNames.quote(table) + " " + action + SqlNames.quote(name);
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
