package dev.rehome.across;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One query, asked of one tenant after the other: work for {@link AcrossTenants}. Each time it is a read-only transaction
 * that has entered the tenant's home as the run-time role, with a time-out and a limit of rows. On PostgreSQL. Thread-safe.
 */
public final class TenantQuery implements TenantWork<TenantRows>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TenantQuery.class);
    private static final TransactionMode READ_ONLY = TransactionMode.DEFAULT.asReadOnly();

    private final ReadOnlyQuery query;
    private final QueryCheck check;
    private final Placements placements;
    private final TenantConnections connections;
    private final Duration timeout;
    private final int rowLimit;
    private final Set<Statement> running = ConcurrentHashMap.newKeySet();
    private volatile boolean cancelled;

    /**
     * Puts it together; nothing is asked yet.
     *
     * @param parallel connections to one server at a time
     * @param timeout for each tenant: to get a connection, and for the query again
     * @param rowLimit rows of each tenant
     */
    public TenantQuery(
            ReadOnlyQuery query,
            Servers servers,
            Directory directory,
            String tenantColumn,
            int parallel,
            Duration timeout,
            int rowLimit) {
        this.query = query;
        this.check = new QueryCheck(servers, query);
        this.placements = new Placements(directory);
        this.connections = new TenantConnections(
                servers, placements, new PostgresFence(servers), new Limits(1, parallel, timeout), tenantColumn);
        this.timeout = timeout;
        this.rowLimit = rowLimit;
    }

    /**
     * Asks one tenant.
     *
     * @throws QueryRefusedException if the query is one that no tenant is asked
     * @throws RehomeException (EXTERNAL) if a server fails; (BUSY) if the time is over
     */
    @Override
    public TenantRows forTenant(TenantId tenant) throws SQLException {
        try {
            check.pass(placements.of(tenant).home());
            Connection connection = connections.acquire(tenant, READ_ONLY);
            try {
                TenantRows rows = ask(connection);
                connection.rollback();
                return rows;
            } finally {
                connections.release(connection);
            }
        } catch (SQLException e) {
            if (cancelled) {
                throw cancelled(e);
            }
            if (SqlState.isCanceled(e)) {
                throw new RehomeException(
                        ErrorKind.BUSY,
                        "The query took longer than " + timeout.toMillis()
                                + " ms. Allow it more time, or ask for less.",
                        e);
            }
            if (QueryRefusedException.isWhatFailed(e)) {
                throw QueryRefusedException.of(e);
            }
            throw new RehomeException(
                    ErrorKind.EXTERNAL, "The query failed (SQLSTATE " + e.getSQLState() + "): " + e.getMessage(), e);
        }
    }

    /** Ends the queries that are running; they fail, and so does whichever is asked next. */
    public void cancel() {
        cancelled = true;
        for (Statement statement : running) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.warn("cancel=failed sqlstate={}: the query ends with its time-out", e.getSQLState());
            }
        }
    }

    @Override
    public void close() {
        connections.close();
    }

    private TenantRows ask(Connection connection) throws SQLException {
        requireOneStatementAMessage(connection.unwrap(BaseConnection.class));
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = " + timeout.toMillis());
            statement.setEscapeProcessing(false);
            statement.setMaxRows(rowLimit + 1);
            running.add(statement);
            try {
                if (cancelled) {
                    throw cancelled(null);
                }
                return read(statement);
            } finally {
                running.remove(statement);
            }
        }
    }

    private static RehomeException cancelled(@Nullable SQLException cause) {
        return new RehomeException(ErrorKind.BUSY, "The query was cancelled. Ask again.", cause);
    }

    /** The text has been cut on these assumptions. */
    private static void requireOneStatementAMessage(BaseConnection connection) {
        PreferQueryMode mode = connection.getPreferQueryMode();
        if ((mode != PreferQueryMode.EXTENDED && mode != PreferQueryMode.EXTENDED_CACHE_EVERYTHING)
                || !connection.getStandardConformingStrings()) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Queries need connections with preferQueryMode=extended and standard_conforming_strings=on,"
                            + " which keep a statement one. Correct the server's URL or settings.");
        }
    }

    private TenantRows read(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(query.sql())) {
            return read(row);
        }
    }

    private TenantRows read(ResultSet row) throws SQLException {
        ResultSetMetaData data = row.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= data.getColumnCount(); i++) {
            columns.add(data.getColumnLabel(i));
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        boolean cut = false;
        while (!cut && row.next()) {
            if (rows.size() == rowLimit) {
                cut = true;
            } else {
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    values.add(value(row, i));
                }
                rows.add(values);
            }
        }
        return new TenantRows(columns, rows, cut);
    }

    private static @Nullable Object value(ResultSet row, int column) throws SQLException {
        Object value = row.getObject(column);
        return value instanceof Number || value instanceof Boolean ? value : row.getString(column);
    }
}
