package dev.rehome.across;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has a database's own parser look at a query before any tenant's rows are read: that it only reads, and that it calls no
 * function that PostgreSQL holds for volatile. These are the ones that could change the settings which row-level security
 * and the tenant's role hang on ({@code set_config}), in the middle of the query and back again.
 *
 * <p>The query becomes a temporary view, in a transaction that is rolled back: a view takes no statement that writes, and what
 * the server keeps of it names every function in it by its number, however it was spelled. Functions that a database's owner
 * has declared stable or immutable, and views, are believed. Thread-safe.
 */
final class QueryCheck {
    private static final String APPLICATION = "rehome query";

    /** The fields of a parse tree that have functions and operators (nodes/primnodes.h). */
    private static final String VOLATILE = """
            select string_agg(distinct p.oid::regproc::text, ', ')
              from pg_catalog.pg_rewrite w
             cross join lateral regexp_matches(
                       w.ev_action::text, ':(funcid|opfuncid|aggfnoid|winfnoid|opno|tsmhandler) (\\d+)', 'g') as f
              join pg_catalog.pg_proc p
                on p.oid = case f[1] when 'opno' then (select oprcode from pg_catalog.pg_operator where oid = f[2]::oid)
                                     else f[2]::oid end
             where w.ev_class = 'pg_temp.rehome_query'::regclass and p.provolatile = 'v'""";

    private final Servers servers;
    private final ReadOnlyQuery query;
    private final Set<Database> checked = ConcurrentHashMap.newKeySet();

    QueryCheck(Servers servers, ReadOnlyQuery query) {
        this.servers = servers;
        this.query = query;
    }

    /**
     * Does nothing where the database of the home has passed the query already.
     *
     * @throws QueryRefusedException if the query is refused
     */
    void pass(Home home) throws SQLException {
        if (checked.contains(home.database())) {
            return;
        }
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, APPLICATION);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setEscapeProcessing(false);
            try {
                statement.execute("create temporary view rehome_query as select 1 as one from (\n" + query.sql()
                        + "\n) as query");
            } catch (SQLException e) {
                if (QueryRefusedException.isWhatFailed(e)) {
                    throw QueryRefusedException.of(e);
                }
                throw e;
            }
            try (ResultSet row = statement.executeQuery(VOLATILE)) {
                row.next();
                String functions = row.getString(1);
                if (functions != null) {
                    throw new QueryRefusedException(
                            "The query calls " + functions
                                    + ", which PostgreSQL holds for volatile: such a function could"
                                    + " take the query to another tenant's rows. Leave it out.",
                            null);
                }
            } finally {
                connection.rollback();
            }
        }
        checked.add(home.database());
    }
}
