package dev.rehome.bench.move;

import dev.rehome.bench.move.BareTables.BareTable;
import dev.rehome.placement.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * The least that has to be done to have a storefront's rows elsewhere, as an expert's script would: {@code COPY} in binary
 * from one connection to another, by stretches of pages, then keys and indexes, then foreign keys; each with as many workers
 * as the mover has, and with the same tricks. No snapshot, no capture, no comparison, no policies: nobody may write, and nobody would notice a fault.
 */
final class BareCopy {
    private static final String SCHEMA = "bare";
    /** As the mover takes. */
    private static final String SORT_MEMORY = "256MB";

    private static final long BLOCKS_OF_A_STRETCH = 8_192;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Market market;
    private final Database database;
    private final BareTables tables = new BareTables(Market.SHARED.schema(), SCHEMA);

    /** @param database where to */
    BareCopy(Market market, Database database) {
        this.market = market;
        this.database = database;
    }

    /**
     * What came of it.
     *
     * @param copySeconds until all rows were there
     * @param keySeconds keys and indexes
     * @param foreignKeySeconds foreign keys
     */
    record Timing(long rows, long bytes, double copySeconds, double keySeconds, double foreignKeySeconds) {
        double seconds() {
            return copySeconds + keySeconds + foreignKeySeconds;
        }
    }

    private record Stretch(BareTable table, long fromBlock, long toBlock) {}

    private interface Work<T> {
        void on(T piece) throws SQLException;
    }

    /** Copies; what it has made is dropped afterwards, untimed. */
    Timing run() throws SQLException, InterruptedException {
        try (Connection source = market.servers().administrator(TwoServers.CONTROL);
                Connection target = market.servers().administrator(database)) {
            tables.create(source, target);
            try {
                AtomicLong rows = new AtomicLong();
                AtomicLong bytes = new AtomicLong();
                long began = System.nanoTime();
                inParallel(stretches(tables.read(source)), stretch -> copy(stretch, rows, bytes));
                long copied = System.nanoTime();
                inParallel(tables.indexes(source), this::build);
                for (String declaration : tables.declarations(source)) {
                    build(declaration);
                }
                long indexed = System.nanoTime();
                inParallel(tables.checks(source), this::build);
                long ended = System.nanoTime();
                return new Timing(
                        rows.get(),
                        bytes.get(),
                        (copied - began) / 1e9,
                        (indexed - copied) / 1e9,
                        (ended - indexed) / 1e9);
            } finally {
                try (Statement statement = target.createStatement()) {
                    statement.execute("drop schema " + SCHEMA + " cascade");
                }
            }
        }
    }

    private static List<Stretch> stretches(List<BareTable> tables) {
        List<Stretch> stretches = new ArrayList<>();
        for (BareTable table : tables) {
            for (long block = 0; block < table.blocks(); block += BLOCKS_OF_A_STRETCH) {
                stretches.add(new Stretch(table, block, block + BLOCKS_OF_A_STRETCH));
            }
        }
        return stretches;
    }

    private void copy(Stretch stretch, AtomicLong rows, AtomicLong bytes) throws SQLException {
        String columns = stretch.table.columns();
        try (Connection source = market.servers().administrator(TwoServers.CONTROL);
                Connection target = market.servers().administrator(database)) {
            CopyIn in = target.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy " + SCHEMA + "." + stretch.table.name() + " (" + columns
                            + ") from stdin (format binary)");
            CopyOut out = source.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("copy (select " + columns + " from " + Market.SHARED.schema() + "." + stretch.table.name()
                            + " where storefront_id = '" + market.large() + "' and ctid >= '(" + stretch.fromBlock
                            + ",0)' and ctid < '(" + stretch.toBlock + ",0)') to stdout (format binary)");
            byte[] buffer = new byte[BUFFER_BYTES];
            int filled = 0;
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                if (filled + row.length > buffer.length) {
                    in.writeToCopy(buffer, 0, filled);
                    filled = 0;
                }
                if (row.length > buffer.length) {
                    in.writeToCopy(row, 0, row.length);
                } else {
                    System.arraycopy(row, 0, buffer, filled, row.length);
                    filled += row.length;
                }
                bytes.addAndGet(row.length);
            }
            in.writeToCopy(buffer, 0, filled);
            rows.addAndGet(in.endCopy());
        }
    }

    private void build(String sql) throws SQLException {
        try (Connection target = market.servers().administrator(database);
                Statement statement = target.createStatement()) {
            target.setSchema(SCHEMA);
            statement.execute("set maintenance_work_mem = '" + SORT_MEMORY + "'");
            statement.execute(sql);
        }
    }

    /** As many at once as the mover has workers. */
    private static <T> void inParallel(List<T> pieces, Work<T> work) throws SQLException, InterruptedException {
        ConcurrentLinkedQueue<T> left = new ConcurrentLinkedQueue<>(pieces);
        ExecutorService threads = Executors.newFixedThreadPool(Market.WORKERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < Market.WORKERS; i++) {
                running.add(threads.submit(() -> {
                    for (T piece = left.poll(); piece != null; piece = left.poll()) {
                        work.on(piece);
                    }
                    return true;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new SQLException("The copy that a move is compared with failed.", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
