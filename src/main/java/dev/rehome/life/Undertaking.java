package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.TenantRecord.Archived;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation that is under way. Whoever takes it up later has a greater lease, and from then on nothing that this one writes is
 * taken (R7). Closing it without {@link #end} leaves it to be repeated. Used by one thread.
 */
final class Undertaking implements AutoCloseable {
    private final ConnectionSource connections;
    private final TenantLock lock;
    private final Lease lease;
    private final LifeOperation operation;
    private final String by;
    private final TenantRecord begun;

    Undertaking(
            ConnectionSource connections,
            TenantLock lock,
            Lease lease,
            LifeOperation operation,
            String by,
            TenantRecord begun) {
        this.connections = connections;
        this.lock = lock;
        this.lease = lease;
        this.operation = operation;
        this.by = by;
        this.begun = begun;
    }

    TenantId tenant() {
        return lease.tenant();
    }

    Lease lease() {
        return lease;
    }

    String by() {
        return by;
    }

    /** How the tenant stood when this began. */
    TenantRecord begun() {
        return begun;
    }

    /** Writes down how the tenant stands now. */
    void state(LifeState state, String note) {
        write(
                "state = ?, since = case when state = ? then since else clock_timestamp() end",
                note,
                state.name(),
                state.name());
    }

    /** Writes down how far this has come, for whoever takes it up. */
    void step(String step, String note) {
        write("step = ?", note, step);
    }

    /** Writes down which home is about to be made or emptied. */
    void home(Home home, String note) {
        write(
                "home_tier = ?, home_server = ?, home_database = ?, home_schema = ?",
                note,
                home.tier().name(),
                home.database().server(),
                home.database().name(),
                home.schema());
    }

    void archived(Archived archive, String step, String note) {
        write("file_path = ?, file_sha256 = ?, step = ?", note, archive.file().toString(), archive.sha256(), step);
    }

    void noArchive(String note) {
        write("file_path = null, file_sha256 = null", note);
    }

    void dueAt(@Nullable Instant dueAt, String note) {
        write("due_at = ?", note, dueAt == null ? null : Timestamp.from(dueAt));
    }

    void note(String note) {
        write("tenant_id = tenant_id", note);
    }

    /** The operation has ended, and the tenant stands so. */
    void end(LifeState state, String note) {
        write(
                "state = ?, since = case when state = ? then since else clock_timestamp() end, operation = null, step = null",
                note,
                state.name(),
                state.name());
    }

    /** Nothing has come of it, and nothing is left: the tenant stands as before. */
    void abandon(String note) {
        connections.transact(connection -> {
            update(connection, "operation = null, step = null", note);
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from rehome_directory.tenant_life where tenant_id = ? and state = 'ARRIVING'")) {
                delete.setObject(1, tenant().value());
                return delete.executeUpdate();
            }
        });
    }

    /** More to be written in the same transaction. */
    @FunctionalInterface
    interface Beside {
        void write(Connection connection) throws SQLException;
    }

    /** As {@link #end}, together with something else of the directory's. */
    void end(LifeState state, String note, Beside beside) {
        connections.transact(connection -> {
            update(
                    connection,
                    "state = ?, since = case when state = ? then since else clock_timestamp() end, operation = null, step = null",
                    note,
                    state.name(),
                    state.name());
            beside.write(connection);
            return state;
        });
    }

    /** Writes something of the directory's, together with a note. */
    void beside(String note, Beside beside) {
        connections.transact(connection -> {
            update(connection, "tenant_id = tenant_id", note);
            beside.write(connection);
            return note;
        });
    }

    private void write(String assignments, String note, @Nullable Object... values) {
        connections.transact(connection -> {
            update(connection, assignments, note, values);
            return note;
        });
    }

    private void update(Connection connection, String assignments, String note, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update rehome_directory.tenant_life set "
                + assignments + " where tenant_id = ? and lease_no = ? and operation = ?")) {
            int parameter = 1;
            for (Object value : values) {
                update.setObject(parameter++, value);
            }
            update.setObject(parameter++, tenant().value());
            update.setLong(parameter++, lease.number());
            update.setString(parameter, operation.name());
            if (update.executeUpdate() != 1) {
                throw new RehomeException(
                        ErrorKind.STALE,
                        "Another process has taken '" + operation.word() + "' of tenant " + tenant()
                                + " over, so this one has stopped. 'tenant show' says how it stands.");
            }
        }
        LifeJournal.note(connection, tenant(), operation, by, note);
    }

    @Override
    public void close() {
        lock.close();
    }
}
