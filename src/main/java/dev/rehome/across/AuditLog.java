package dev.rehome.across;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/**
 * The record of work across tenants, in the directory: append-only, for the server too. Needs no more than the right to insert,
 * which the run-time role has. Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class AuditLog {
    /** As long as their columns. */
    static final int LONGEST_REASON = 2000;

    static final int LONGEST_NAME = 200;

    private final ConnectionSource connections;

    public AuditLog(ConnectionSource connections) {
        this.connections = connections;
    }

    /** How a run has ended. */
    public enum Outcome {
        /** Every tenant was tried. */
        COMPLETE,
        /** Whoever began it did not want the rest. */
        STOPPED,
        /** The list of tenants could not be read to its end. */
        BROKEN
    }

    /** Who goes through the door, why, and to whom. */
    record Begun(UUID run, String who, String reason, String scope) {}

    void begun(Begun entry) {
        connections.transact(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.audit"
                    + " (run_id, event, by_whom, reason, scope) values (?, 'BEGUN', ?, ?, ?)")) {
                bind(insert, entry);
                return insert.executeUpdate();
            }
        });
    }

    void ended(Begun entry, Outcome outcome, long done, long failed) {
        connections.transact(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.audit"
                    + " (run_id, event, by_whom, reason, scope, outcome, done, failed)"
                    + " values (?, 'ENDED', ?, ?, ?, ?, ?, ?)")) {
                bind(insert, entry);
                insert.setString(5, outcome.name());
                insert.setLong(6, done);
                insert.setLong(7, failed);
                return insert.executeUpdate();
            }
        });
    }

    private static void bind(PreparedStatement insert, Begun entry) throws SQLException {
        insert.setObject(1, entry.run);
        insert.setString(2, entry.who);
        insert.setString(3, entry.reason);
        insert.setString(4, entry.scope);
    }
}
