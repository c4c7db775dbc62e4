package dev.rehome.demo.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.tenant.TenantId;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes the rows of one table, of all its storefronts. COPY FROM is refused on a table whose row-level security binds the
 * role, so the rows are copied to a temporary table first, and from there into the table: a chunk at a time. Not
 * thread-safe; closing ends a copy that is under way, and nothing else.
 */
final class TableCopy implements AutoCloseable {
    /** Bounds the temporary table, and says how often progress is reported. */
    private static final int CHUNK_ROWS = 20_000;
    /** Characters collected before they are sent. */
    private static final int BUFFER_CHARACTERS = 1 << 16;

    private static final String STAGING = "rehome_staging_";

    private final StorefrontTable table;
    private final LoadTarget target;
    private final LongConsumer storedRows;
    private final String columns;
    /** Connections that have the temporary table already. */
    private final Set<Connection> staged = Collections.newSetFromMap(new IdentityHashMap<>());

    private final StringWriter buffer = new StringWriter();
    /** An empty text is quoted and a NULL is not, which is how COPY tells them apart. */
    private final CsvWriter csv = CsvWriter.builder()
            .quoteStrategy(QuoteStrategies.EMPTY)
            .lineDelimiter(LineDelimiter.LF)
            .build(buffer);

    private @Nullable TenantId tenant;
    private @Nullable Connection connection;
    private @Nullable CopyIn copy;
    private long chunkRows;

    /** @param storedRows is told the number of rows of each chunk */
    TableCopy(StorefrontTable table, LoadTarget target, LongConsumer storedRows) {
        this.table = table;
        this.target = target;
        this.storedRows = storedRows;
        this.columns = SqlNames.list(table.columnNames());
    }

    void add(TenantId rowTenant, List<@Nullable String> values) throws SQLException {
        if (!rowTenant.equals(tenant)) {
            store();
            connection = target.enter(rowTenant);
            tenant = rowTenant;
        }
        if (copy == null) {
            copy = begin(connection());
        }
        csv.writeRecord(values);
        chunkRows++;
        if (buffer.getBuffer().length() >= BUFFER_CHARACTERS) {
            send(copy);
        }
        if (chunkRows == CHUNK_ROWS) {
            store();
        }
    }

    /** Brings the rows that are under way into the table. */
    void store() throws SQLException {
        if (copy == null) {
            return;
        }
        send(copy);
        copy.endCopy();
        copy = null;
        try (Statement statement = connection().createStatement()) {
            long inserted = statement.executeLargeUpdate("insert into " + SqlNames.quote(table.tableName()) + " ("
                    + columns + ") select " + columns + " from " + staging());
            if (inserted != chunkRows) {
                throw new RehomeException(
                        ErrorKind.INVARIANT,
                        "Of " + chunkRows + " rows for " + table.tableName() + " only " + inserted
                                + " were stored. Keep the server's log and report this.");
            }
            statement.execute("truncate " + staging());
        }
        storedRows.accept(chunkRows);
        chunkRows = 0;
    }

    @Override
    public void close() throws SQLException {
        if (copy != null && copy.isActive()) {
            copy.cancelCopy();
        }
    }

    private CopyIn begin(Connection home) throws SQLException {
        if (staged.add(home)) {
            if (home.getAutoCommit()) {
                throw new IllegalStateException("The connections to homes must have autocommit off.");
            }
            try (Statement statement = home.createStatement()) {
                statement.execute("create temporary table " + staging() + " (like " + SqlNames.quote(table.tableName())
                        + " including defaults) on commit drop");
            }
        }
        return home.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + staging() + " (" + columns + ") from stdin (format csv, encoding 'UTF8')");
    }

    private void send(CopyIn running) throws SQLException {
        try {
            csv.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer in memory cannot fail", e);
        }
        byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
        buffer.getBuffer().setLength(0);
        running.writeToCopy(bytes, 0, bytes.length);
    }

    private String staging() {
        return SqlNames.quote("pg_temp", STAGING + table.tableName());
    }

    private Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("No tenant has been entered.");
        }
        return connection;
    }
}
