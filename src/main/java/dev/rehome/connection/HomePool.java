package dev.rehome.connection;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Home;
import dev.rehome.proof.Finding;
import dev.rehome.proof.IsolationProof;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pool that serves one home, or all schema homes of one database. It has no thread and no queue: who borrows has waited for
 * the {@link ServerBudget} already, and opens a connection itself if none is idle. Serves no home before its isolation is
 * proven, on its first use: a thousand schemas are not all looked at because of the first of them, and one that is loose does
 * not stop its neighbours. Thread-safe.
 */
final class HomePool {
    private final Opener opener;
    private final ServerBudget budget;
    private final @Nullable IsolationProof proof;
    private final Set<Home> proven = ConcurrentHashMap.newKeySet();
    private volatile boolean sessionProven;
    private volatile long lastUsedNanos = System.nanoTime();

    /** @param proof null where there is no row-level security to prove */
    HomePool(Opener opener, ServerBudget budget, @Nullable IsolationProof proof) {
        this.opener = opener;
        this.budget = budget;
        this.proof = proof;
    }

    /**
     * A connection with no transaction begun, for one of the homes of this pool. The caller has a permit of the budget.
     * Closing the connection gives it back.
     *
     * @throws SQLException if none could be opened
     * @throws RehomeException (CONFIGURATION) if isolation does not bind in the home
     */
    Connection borrow(Home home) throws SQLException {
        lastUsedNanos = System.nanoTime();
        PhysicalConnection connection = usableIdle();
        if (connection == null) {
            connection = open();
        }
        boolean lent = false;
        try {
            if (proof != null && !proven.contains(home)) {
                prove(connection.driver(), home, proof);
            }
            lent = true;
        } finally {
            if (!lent) {
                discard(connection);
            }
        }
        return LentConnection.of(connection);
    }

    /** Keeps a borrowed connection from being lent again. */
    void evict(Connection borrowed) {
        LentConnection.markBroken(borrowed);
    }

    /** Of a connection that its borrower has closed. */
    void takeBack(PhysicalConnection connection, boolean clean) {
        if (!clean || !budget.keep(connection)) {
            discard(connection);
        }
    }

    ServerBudget budget() {
        return budget;
    }

    /** Whether nobody has borrowed since before that moment. */
    boolean isUnusedSince(long nanoTime) {
        return lastUsedNanos - nanoTime < 0;
    }

    private @Nullable PhysicalConnection usableIdle() throws SQLException {
        PhysicalConnection idle = budget.takeIdle(this);
        while (idle != null) {
            boolean usable = false;
            try {
                usable = idle.isUsable();
            } finally {
                if (!usable) {
                    discard(idle);
                }
            }
            if (usable) {
                return idle;
            }
            idle = budget.takeIdle(this);
        }
        return null;
    }

    private PhysicalConnection open() throws SQLException {
        budget.makeRoom();
        boolean opened = false;
        try {
            PhysicalConnection connection = new PhysicalConnection(opener.open(), this);
            budget.health().answered();
            opened = true;
            return connection;
        } catch (SQLException e) {
            if (SqlState.isConnectionLost(e)) {
                budget.health().silent();
            } else {
                budget.health().answered();
            }
            throw e;
        } finally {
            if (!opened) {
                budget.closed();
            }
        }
    }

    private void discard(PhysicalConnection connection) {
        connection.close();
        budget.closed();
    }

    /** Several may prove the same at the same time; nobody waits for another's proof. */
    private void prove(Connection connection, Home home, IsolationProof proof) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        if (!sessionProven) {
            findings.addAll(proof.ofSession(connection));
            sessionProven = findings.isEmpty();
        }
        List<Finding> ofHome = connection.isClosed() ? List.of() : proof.ofHome(connection, home);
        boolean absent = IsolationProof.isAbsence(ofHome);
        if (!absent) {
            findings.addAll(ofHome);
        }
        if (!findings.isEmpty()) {
            throw Finding.refusal(home.toString(), findings);
        }
        if (!absent) { // else whoever enters is told where the tenant went, and the home is proven when it is there
            proven.add(home);
        }
    }
}
