package dev.rehome.fence;

import dev.rehome.tenant.CarriedValue;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is to run: its isolation, and whether it may write. Bound to a thread for the time of a call, and
 * taken up when the next connection is handed out there; {@link dev.rehome.tenant.TenantContext#captured()} takes it
 * along. Immutable.
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

    /** Goes where the tenant goes: captured work runs its transactions as the work around it. */
    private static final CarriedValue<TransactionMode> CURRENT = CarriedValue.create();

    /** The mode bound to this thread, or the default. */
    public static TransactionMode current() {
        TransactionMode mode = CURRENT.current();
        return mode == null ? DEFAULT : mode;
    }

    /** Binds the mode for the time of the call, and restores the previous one on every way out. */
    public static <T extends @Nullable Object> T call(TransactionMode mode, Callable<T> work) throws Exception {
        return CURRENT.call(mode, work);
    }

    public TransactionMode asReadOnly() {
        return new TransactionMode(isolation, true);
    }
}
