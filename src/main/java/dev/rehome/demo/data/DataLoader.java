package dev.rehome.demo.data;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Loads storefronts into their homes on PostgreSQL: table after table, parents first, each read in one pass. All homes are
 * committed together at the end; a failure before that leaves nothing behind. Used once; not thread-safe.
 */
public final class DataLoader {
    private final StorefrontData data;
    private final LoadTarget target;
    private final LongConsumer progress;
    private final Set<Connection> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    private int committedHomes;
    private long storedRows;

    private DataLoader(StorefrontData data, LoadTarget target, LongConsumer progress) {
        this.data = data;
        this.target = target;
        this.progress = progress;
    }

    /**
     * Loads everything, or nothing. Afterwards the owner should ANALYZE the homes.
     *
     * @param progress is told now and then how many rows have been written so far
     * @throws DataFolderException if the data changes while it is read
     * @throws RehomeException (EXTERNAL) if a home refuses a row or cannot be reached
     */
    public static void load(StorefrontData data, LoadTarget target, LongConsumer progress) {
        new DataLoader(data, target, progress).run();
    }

    private void run() {
        try {
            for (StorefrontTable table : StorefrontTable.values()) {
                load(table);
            }
            for (Connection home : entered) {
                home.commit();
                committedHomes++;
            }
        } catch (SQLException e) {
            rollBack(e);
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The storefronts could not be loaded (SQLSTATE " + e.getSQLState() + "); "
                            + (committedHomes == 0
                                    ? "nothing was stored."
                                    : committedHomes + " of " + entered.size() + " homes keep theirs: empty those.")
                            + " Correct the cause and start again.",
                    e);
        } catch (RuntimeException e) {
            rollBack(e);
            throw e;
        }
    }

    private void load(StorefrontTable table) throws SQLException {
        try (TableCopy copy = new TableCopy(
                table,
                tenant -> {
                    Connection connection = target.enter(tenant);
                    entered.add(connection);
                    return connection;
                },
                rows -> progress.accept(storedRows += rows))) {
            data.forEachRow(table, copy::add);
            copy.store();
        }
    }

    private void rollBack(Exception reason) {
        for (Connection home : entered) {
            try {
                home.rollback();
            } catch (SQLException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
