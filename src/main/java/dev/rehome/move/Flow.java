package dev.rehome.move;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.rehome.capture.CatchUp;
import dev.rehome.capture.CatchUpPass;
import dev.rehome.capture.ChangeLog;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.verify.Difference;
import dev.rehome.verify.Follower;
import dev.rehome.verify.VerificationReport;
import dev.rehome.verify.Verifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What keeps one home as the other is, and finds out whether that is true: before the cutover from the old home to the new
 * one, during the soak the other way. Remembers which rows have changed since they were compared. Not thread-safe.
 */
final class Flow implements AutoCloseable {
    /** Rows whose checksum is one answer of a server. */
    private static final int ROWS_PER_RANGE = 10_000;

    private final MoveContext context;
    private final Home from;
    private final Home to;
    private final CatchUp catchUp;
    private final ChangeLog changes;
    private final Verifier verifier;
    /** Nothing has been compared yet, so everything is. */
    private TouchedKeys unverified = TouchedKeys.OVERFLOW;

    private long appliedRows;
    private long comparedAllAtNanos;
    private boolean comparedAll;

    private Flow(MoveContext context, Home from, Home to, CatchUp catchUp, ChangeLog changes, Verifier verifier) {
        this.context = context;
        this.from = from;
        this.to = to;
        this.catchUp = catchUp;
        this.changes = changes;
        this.verifier = verifier;
    }

    static Flow open(MoveContext context, Home from, Home to) throws SQLException {
        CatchUp catchUp = CatchUp.open(context.servers(), context.tenantColumn(), context.lease(), from, to);
        ChangeLog changes = null;
        try {
            changes = ChangeLog.open(context.servers(), from, context.lease());
            Verifier verifier = Verifier.open(
                    context.servers(),
                    context.tenantColumn(),
                    context.tenant(),
                    from,
                    to,
                    ROWS_PER_RANGE,
                    Clock.systemUTC());
            return new Flow(context, from, to, catchUp, changes, verifier);
        } catch (SQLException | RuntimeException e) {
            catchUp.close();
            if (changes != null) {
                changes.close();
            }
            throw e;
        }
    }

    boolean leads(Home source, Home target) {
        return from.equals(source) && to.equals(target);
    }

    long lagRows() throws SQLException {
        return changes.lagRows();
    }

    /** Applies what has changed. */
    CatchUpPass pass() throws SQLException, InterruptedException {
        return applied(catchUp.pass());
    }

    /** Applies what has changed, as far as the fence's commit goes. */
    CatchUpPass pass(Connection fence) throws SQLException, InterruptedException {
        return applied(catchUp.pass(fence));
    }

    private CatchUpPass applied(CatchUpPass pass) {
        unverified = unverified.plus(pass.touched());
        appliedRows += pass.rowsApplied();
        return pass;
    }

    /** Applies every row there is, where nothing was recorded; returns how many. */
    long takeAll(Connection fence) throws SQLException, InterruptedException {
        long marked;
        try (Connection connection = context.open(from)) {
            marked = changes.markAll(
                    TenantTables.read(connection, from.schema(), context.tenantColumn()), from.schema());
        }
        pass(fence);
        return marked;
    }

    /** Rows that this flow has written so far. */
    long appliedRows() {
        return appliedRows;
    }

    /** Compares everything, repairs what differs, and compares that again. */
    VerificationReport compareAll() throws SQLException, InterruptedException {
        return compareAll(new Repairing() {
            @Override
            public void checkpoint() {
                context.checkpoint();
            }

            @Override
            public void compared(long rows) {
                context.progress(rows, 0, 0, 0);
            }
        });
    }

    /** As {@link #compareAll}, without a rest: the tenant is waiting. */
    VerificationReport compareAllInFence(Connection fence) throws SQLException, InterruptedException {
        return compareAll(new Repairing() {
            @Override
            public void catchUp() throws SQLException, InterruptedException {
                pass(fence);
            }
        });
    }

    private VerificationReport compareAll(Follower follower) throws SQLException, InterruptedException {
        unverified = TouchedKeys.NONE;
        comparedAll = true;
        comparedAllAtNanos = System.nanoTime();
        VerificationReport report = verifier.verify(follower);
        context.verified(report);
        return report;
    }

    private class Repairing implements Follower {
        @Override
        public void catchUp() throws SQLException, InterruptedException {
            pass();
        }

        @Override
        public void mark(String table, Collection<List<String>> keys) throws SQLException {
            changes.mark(table, keys);
        }
    }

    /** How long ago a comparison of everything began; for ever, if there was none. */
    Duration sinceComparedAll() {
        return comparedAll
                ? Duration.ofNanos(System.nanoTime() - comparedAllAtNanos)
                : Duration.ofSeconds(Long.MAX_VALUE);
    }

    /** Compares the rows that have changed since they were last compared; those that differ may be in flight. */
    void compareChanged() throws SQLException, InterruptedException {
        if (!unverified.overflow() && !unverified.isEmpty()) {
            Map<String, Set<List<String>>> differing = verifier.verifyKeys(unverified).stream()
                    .collect(groupingBy(Difference::table, mapping(Difference::key, toSet())));
            unverified = new TouchedKeys(differing, false);
        }
    }

    /**
     * Whether every row is equal on both sides, or has been written since and its change is recorded. A row that is written
     * all the time never shows the same to both.
     */
    boolean isEqualAtRest() throws SQLException {
        return !unverified.overflow() && verifier.verifyKeysAtRest(unverified).isEmpty();
    }

    /** Rows that are not known to be equal on both sides. */
    TouchedKeys unverified() {
        return unverified;
    }

    @Override
    public void close() throws SQLException {
        try (catchUp;
                changes) {
            verifier.close();
        }
    }
}
