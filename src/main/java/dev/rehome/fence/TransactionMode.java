package dev.rehome.fence;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is to run: its isolation, and whether it may write. Bound to a thread for the time of a call, and
 * taken up when the next connection is handed out there. Immutable.
 */
public record TransactionMode(Isolation isolation, boolean readOnly) {

    /** The isolation levels of the SQL standard that PostgreSQL tells apart. */
    public enum Isolation {
        READ_COMMITTED("read committed"),
        REPEATABLE_READ("repeatable read"),
        SERIALIZABLE("serializable");

        private final String sql;

        Isolation(String sql) {
            this.sql = sql;
        }

        /** As it is written in {@code set transaction isolation level}. */
        public String sql() {
            return sql;
        }
    }

    /** Read committed, read and write. */
    public static final TransactionMode DEFAULT = new TransactionMode(Isolation.READ_COMMITTED, false);

    private static final ThreadLocal<@Nullable TransactionMode> CURRENT = new ThreadLocal<>();

    /** The mode bound to this thread, or the default. */
    public static TransactionMode current() {
        TransactionMode mode = CURRENT.get();
        return mode == null ? DEFAULT : mode;
    }

    /** Binds the mode for the time of the call, and restores the previous one on every way out. */
    public static <T extends @Nullable Object> T call(TransactionMode mode, Callable<T> work) throws Exception {
        TransactionMode previous = CURRENT.get();
        CURRENT.set(mode);
        try {
            return work.call();
        } finally {
            if (previous == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(previous);
            }
        }
    }

    public TransactionMode asReadOnly() {
        return new TransactionMode(isolation, true);
    }
}
