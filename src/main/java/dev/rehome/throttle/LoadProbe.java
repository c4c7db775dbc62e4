package dev.rehome.throttle;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server for its load, over one connection that is opened when it is first needed and again when it was lost. Not
 * thread-safe.
 */
final class LoadProbe implements AutoCloseable {
    private static final String APPLICATION = "rehome throttle";
    /** The server gives up a question after so long, so that unanswered ones do not pile up in it. */
    private static final int STATEMENT_MILLIS = 3_000;
    /** A server that is silent for longer is as good as one that is gone. */
    private static final int SILENCE_MILLIS = 5_000;

    /**
     * A transaction that writes nothing but its log record, whose commit has to be as durable as any other's. Timed in the
     * server, so that a mover far away does not take the distance for the server's trouble.
     */
    private static final String WRITE = """
            do $$
            declare
                began timestamptz := clock_timestamp();
            begin
                perform pg_logical_emit_message(true, 'rehome', 'probe');
                commit;
                perform set_config('rehome.write_latency', (extract(epoch from clock_timestamp() - began) * 1e9)::bigint::text, false);
            end
            $$""";
    /** A logical subscriber may be far behind for good reasons of its own: only standbys count. */
    private static final String READ = """
            select current_setting('rehome.write_latency')::bigint,
                   (select coalesce(max(extract(epoch from r.replay_lag) * 1e9), 0)::bigint
                      from pg_stat_replication r
                     where not exists (select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')),
                   (select count(*) from pg_stat_activity where backend_type = 'client backend'),
                   current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                       - current_setting('reserved_connections')::int""";

    private final Servers servers;
    private final Database database;
    private @Nullable Connection open;

    LoadProbe(Servers servers, String server) {
        this.servers = servers;
        // Not the database of a home, which may not be there yet, and could not be dropped while somebody is connected.
        this.database = new Database(server, servers.get(server).url().database());
    }

    Load ask() throws SQLException {
        Connection known = open;
        if (known != null) {
            try {
                return ask(known);
            } catch (SQLException e) {
                if (!SqlState.isConnectionLost(e)) {
                    throw e;
                }
                forget(known, e);
            }
        }
        return ask(connect());
    }

    private Connection connect() throws SQLException {
        Connection connection = servers.open(database, "public", DatabaseRole.MOVER, APPLICATION);
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
            statement.execute("set statement_timeout = " + STATEMENT_MILLIS);
        } catch (SQLException e) {
            forget(connection, e);
            throw e;
        }
        open = connection;
        return connection;
    }

    private static Load ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(WRITE);
            try (ResultSet row = statement.executeQuery(READ)) {
                row.next();
                return new Load(
                        Duration.ofNanos(row.getLong(1)),
                        Duration.ofNanos(row.getLong(2)),
                        row.getInt(3),
                        row.getInt(4));
            }
        }
    }

    private void forget(Connection connection, SQLException cause) {
        open = null;
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        Connection known = open;
        open = null;
        if (known != null) {
            known.close();
        }
    }
}
