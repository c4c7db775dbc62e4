package dev.rehome.jdbc;

import dev.rehome.jdbc.TenantTable.Column;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOperation;
import org.postgresql.copy.CopyOut;

/**
 * Carries rows from one connection to another: {@code COPY (query) TO STDOUT} into {@code COPY … FROM STDIN}, through a
 * buffer of fixed size. Binary where every column's type means the same on any server, else as text.
 */
public final class CopyPipe {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Other types may be the user's own; arrays and composites of those carry, in binary, the source's object ids. */
    private static final Set<String> BINARY_TYPES = Set.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "numeric",
            "text",
            "character varying",
            "character",
            "bytea",
            "uuid",
            "date",
            "time without time zone",
            "timestamp without time zone",
            "timestamp with time zone",
            "interval",
            "json",
            "jsonb",
            "inet");

    private CopyPipe() {}

    /** @param bytes what went through the pipe, in COPY's encoding */
    public record Piped(long rows, long bytes) {}

    /**
     * Carries the query's rows. Both connections must be in a transaction; after a failure both must be rolled back.
     *
     * @param query its columns are {@code columns}, in their order; COPY takes no bound values
     * @param table quoted
     * @throws InterruptedException if the thread is interrupted; both ends are stopped then
     */
    public static Piped run(
            Connection source, String query, Connection target, String table, Collection<Column> columns)
            throws SQLException, InterruptedException {
        String format = areBinary(columns) ? " (format binary)" : " (format text)";
        String names = SqlNames.list(columns.stream().map(Column::name).toList());
        CopyIn in = copyManager(target).copyIn("copy " + table + " (" + names + ") from stdin" + format);
        CopyOut out = null;
        try {
            out = copyManager(source).copyOut("copy (" + query + ") to stdout" + format);
            long bytes = pump(out, in);
            return new Piped(in.endCopy(), bytes);
        } catch (SQLException | InterruptedException | RuntimeException e) {
            if (out != null) {
                cancel(out, e);
            }
            cancel(in, e);
            throw e;
        }
    }

    /** Whether values of these types may travel in COPY's binary format, and be assigned between homes without a cast. */
    public static boolean areBinary(Collection<Column> columns) {
        return BINARY_TYPES.containsAll(columns.stream()
                .map(column -> column.type().replaceAll("\\([0-9,-]*\\)|\\[\\]", ""))
                .collect(Collectors.toSet()));
    }

    private static long pump(CopyOut out, CopyIn in) throws SQLException, InterruptedException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream(BUFFER_BYTES * 2);
        long bytes = 0;
        for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            buffer.write(row, 0, row.length);
            bytes += row.length;
            if (buffer.size() >= BUFFER_BYTES) {
                flush(buffer, in);
            }
        }
        flush(buffer, in);
        return bytes;
    }

    private static void flush(ByteArrayOutputStream buffer, CopyIn in) throws SQLException {
        byte[] filled = buffer.toByteArray();
        in.writeToCopy(filled, 0, filled.length);
        buffer.reset();
    }

    private static void cancel(CopyOperation operation, Exception failure) {
        try {
            if (operation.isActive()) {
                operation.cancelCopy();
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private static CopyManager copyManager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }
}
