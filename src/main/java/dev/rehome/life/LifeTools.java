package dev.rehome.life;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What all operations work with. Immutable and thread-safe.
 *
 * @param connections to the directory's database
 * @param strategy says in which home a tenant has its rows in a tier, and where archives are kept
 */
public record LifeTools(
        Servers servers, Homes homes, Directory directory, ConnectionSource connections, StrategyConfig strategy) {
    static final String APPLICATION = "rehome tenant";

    String tenantColumn() {
        return strategy.databases().tenantColumn();
    }

    LifeJournal journal() {
        return new LifeJournal(connections);
    }

    /** The mover's connection to a home's database, with no transaction begun. */
    Connection open(Home home) throws SQLException {
        return servers.open(home, DatabaseRole.MOVER, APPLICATION);
    }

    /** Work in a home's database. */
    @FunctionalInterface
    interface Writing<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Writes in a home's database, in a transaction of its own that holds the lease (R7). */
    <T> T write(Home home, Lease lease, Writing<T> work) throws SQLException {
        try (Connection connection = open(home)) {
            MoverTransaction.beginReadCommitted(connection, lease.tenant().value());
            lease.hold(connection);
            T result = work.on(connection);
            connection.commit();
            return result;
        }
    }

    /** Makes the lease the one that counts in the home's database. */
    void claim(Home home, Lease lease) throws SQLException {
        try (Connection connection = open(home)) {
            connection.setAutoCommit(false);
            lease.claim(connection);
            connection.commit();
        }
    }

    /** Nothing more is written under the lease in the home's database. */
    void drop(Home home, Lease lease) throws SQLException {
        try (Connection connection = open(home)) {
            connection.setAutoCommit(false);
            lease.drop(connection);
            connection.commit();
        }
    }

    /** What a failure of a database means for an operation, which can be repeated after every one. */
    static RehomeException failed(LifeOperation operation, Object tenant, SQLException e) {
        if (SqlState.isLeaseLost(e)) {
            return new RehomeException(
                    ErrorKind.STALE,
                    "Another process has taken '" + operation.word() + "' of tenant " + tenant
                            + " over, so this one has stopped. 'tenant show' says how it stands.",
                    e);
        }
        return new RehomeException(
                ErrorKind.EXTERNAL,
                "'" + operation.word() + "' of tenant " + tenant + " failed in a database (SQLSTATE " + e.getSQLState()
                        + "). Nothing is lost; correct the cause and repeat it.",
                e);
    }
}
