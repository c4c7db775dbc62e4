package dev.rehome.connection;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Admission;
import dev.rehome.fence.Fence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.SqlState;
import dev.rehome.measure.Measures;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.PlacementFigures;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.HomeTooOldException;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.time.Backoff;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands out connections that have entered their tenant's home. A home that refuses says where the tenant went, and the
 * next one is tried before the caller has noticed; behind a fence the caller waits without a connection (R3). Thread-safe.
 */
public final class TenantConnections implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);
    /** How often a home may say that it does not know a tenant which the directory places there, before that is an error. */
    private static final int UNKNOWN_ATTEMPTS = 5;
    /** How often it may not be there at all; looking takes longer. */
    private static final int GONE_ATTEMPTS = 3;

    private final Placements placements;
    private final Fence fence;
    private final Limits limits;
    private final TenantGate gate;
    private final String tenantColumn;
    private final Pools pools;
    private final MinimumLevel minimumLevel;
    private final @Nullable Measures measures;
    private final EnterCounts enters = new EnterCounts();
    private final ConcurrentMap<Connection, HandOut> handedOut = new ConcurrentHashMap<>();

    private record HandOut(TenantId tenant, HomePool pool, Runnable leave) {}

    public TenantConnections(Servers servers, Placements placements, Fence fence, Limits limits, String tenantColumn) {
        this(servers, placements, fence, limits, tenantColumn, null);
    }

    /** @param minimumLevel the id of a changeset that a home must have run; null if any home will do */
    public TenantConnections(
            Servers servers,
            Placements placements,
            Fence fence,
            Limits limits,
            String tenantColumn,
            @Nullable String minimumLevel) {
        this(servers, placements, fence, limits, tenantColumn, minimumLevel, null);
    }

    /**
     * @param minimumLevel the id of a changeset that a home must have run; null if any home will do
     * @param measures what tenants' statements and transactions are counted into; null if they are not counted
     */
    public TenantConnections(
            Servers servers,
            Placements placements,
            Fence fence,
            Limits limits,
            String tenantColumn,
            @Nullable String minimumLevel,
            @Nullable Measures measures) {
        this.measures = measures;
        this.minimumLevel = new MinimumLevel(minimumLevel);
        this.placements = placements;
        this.fence = fence;
        this.limits = limits;
        this.gate = new TenantGate(limits.perTenant());
        this.tenantColumn = tenantColumn;
        this.pools = new Pools(servers, limits, tenantColumn);
    }

    /**
     * A connection in a transaction that has entered the tenant's home. Give it back with {@link #release}.
     *
     * @throws dev.rehome.tenant.UnknownTenantException if the directory does not know the tenant
     * @throws dev.rehome.tenant.TenantArchivedException if all its rows are in a file
     * @throws TenantSuspendedException if it is suspended
     * @throws HomeTooOldException if its home is below the minimum level
     * @throws TenantUnavailableException if it could not be served before the time limit, nor by one attempt after it; the
     *     message says why
     */
    public Connection acquire(TenantId tenant, TransactionMode mode) {
        return measures == null
                ? acquire(tenant, mode, Entrance.ALONE)
                : EnteringConnection.entered(this, tenant, mode);
    }

    /** Null if nothing is counted. */
    @Nullable
    Tally tally(TenantId tenant) {
        return measures == null ? null : new Tally(measures, tenant);
    }

    /**
     * A connection that enters the tenant's home with its first statement, in the same flush if that can be. What {@link
     * #acquire} throws is thrown there. Give it back with {@link #release}.
     */
    public Connection acquireUnentered(TenantId tenant, TransactionMode mode) {
        return EnteringConnection.of(this, tenant, mode);
    }

    Connection acquire(TenantId tenant, TransactionMode mode, Entrance entrance) {
        Deadline deadline = Deadline.in(limits.timeout());
        long begun = System.nanoTime();
        Connection connection = null;
        try {
            gate.enter(tenant, deadline);
            try {
                connection = enterHome(tenant, mode, entrance, deadline);
                enters.admitted(begun);
                return connection;
            } finally {
                if (connection == null) {
                    gate.leave(tenant);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TenantUnavailableException(tenant, "the thread was interrupted while it waited.", e);
        } catch (TenantUnavailableException e) {
            enters.unavailable();
            throw e;
        }
    }

    /**
     * Takes a connection back; a second time does nothing.
     *
     * @throws RehomeException (USER) if it was written to outside a transaction; the write has been rolled back
     */
    public void release(Connection connection) throws SQLException {
        EnteringConnection entering = EnteringConnection.behind(connection);
        Connection used = entering == null ? connection : entering.release();
        HandOut out = used == null ? null : handedOut.remove(used);
        if (used != null && out != null) {
            takeBack(used, out);
        }
    }

    private void takeBack(Connection connection, HandOut out) throws SQLException {
        boolean lostWrite = false;
        try {
            lostWrite = OpenTransaction.rollbackAndSayWhetherItWrote(connection);
        } finally {
            give(connection, out.pool);
            out.leave.run();
            gate.leave(out.tenant);
        }
        if (lostWrite) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Tenant " + out.tenant + " was written to without a transaction; the write was rolled back."
                            + " Begin a transaction (@Transactional) around it.");
        }
    }

    /** As {@link TenantGate#watch}. */
    void watch(TenantId tenant, boolean watched) {
        gate.watch(tenant, watched);
    }

    /**
     * Has as many connections to the home ready as the tenant has used at a time while it was watched.
     *
     * @param tried whether it has returned true before
     * @return false if there was no need, or no server
     */
    boolean warmUp(TenantId tenant, Home home, boolean tried) throws SQLException, InterruptedException {
        int wanted = gate.mostAtOnce(tenant);
        if (wanted == 0) {
            return false;
        }
        HomePool pool = pools.of(home);
        if (!pool.budget().health().isWorthAsking()) {
            return false;
        }
        Placement refused = new Placement(tenant, home, placements.of(tenant).epoch());
        pool.warmUp(home, wanted, tried, new FirstUse(fence, refused, tenantColumn));
        return true;
    }

    /** How many connections are handed out at this moment. */
    public int inUse() {
        return handedOut.size();
    }

    /** How the connections to each server stand that was ever used, and who waits for them. */
    public List<ServerFigures> figures() {
        return pools.figures();
    }

    /** How requests got into their homes. */
    public EnterFigures enterFigures() {
        return enters.figures();
    }

    /** How the cache of placements stands. */
    public PlacementFigures placementFigures() {
        return placements.figures();
    }

    /** What the isolation proofs have shown. */
    public ProofFigures proofFigures() {
        return pools.proofFigures();
    }

    Pools pools() {
        return pools;
    }

    @Override
    public void close() {
        pools.close();
    }

    private Connection enterHome(TenantId tenant, TransactionMode mode, Entrance entrance, Deadline deadline)
            throws InterruptedException {
        Placement placement = placements.of(tenant);
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        int unknown = 0;
        while (true) {
            // Before the attempt: a process that stood still until long after it has not waited, and gets another one.
            boolean late = deadline.passed();
            Attempt attempt = attempt(placement, mode, entrance, deadline);
            boolean last = late || attempt.hopeless;
            if (attempt.connection != null) {
                return attempt.connection;
            }
            if (attempt.admission instanceof Admission.Suspended) {
                throw new TenantSuspendedException(tenant);
            }
            Placement newest = newest(placement, attempt, last);
            if (newest != null && !newest.equals(placement)) {
                placement = newest;
                continue;
            }
            if (attempt.error != null) {
                throw attempt.error;
            }
            if (newest != null
                    && attempt.absent()
                    && ++unknown >= (attempt.failure == null ? UNKNOWN_ATTEMPTS : GONE_ATTEMPTS)) {
                throw new RehomeException(
                        ErrorKind.INVARIANT,
                        "The directory places tenant " + tenant + " in " + placement.home()
                                + (attempt.failure == null ? ", which does not know it." : ", which is not there.")
                                + " 'rehome doctor' compares the directory with the homes.",
                        attempt.failure);
            }
            if (last) {
                throw new TenantUnavailableException(tenant, attempt.waitedFor, attempt.failure);
            }
            deadline.sleep(backoff.next());
        }
    }

    /**
     * Where to try next: where a refusal points to, or what the directory says if the home gave no answer; null if nobody can
     * say.
     */
    private @Nullable Placement newest(Placement tried, Attempt attempt, boolean last) {
        if (attempt.admission instanceof Admission.Elsewhere elsewhere) {
            Placement newest = placements.learn(elsewhere.placement());
            // A home that knows less than the cache: the commit that makes it current is just on its way.
            return newest.equals(tried) ? reload(tried, attempt, last) : newest;
        }
        if (attempt.admission instanceof Admission.TryAgain) {
            return placements.of(tried.tenant());
        }
        return reload(tried, attempt, last);
    }

    /** A tenant that the directory has told of is served without it: its failure counts only when nothing else is left. */
    private @Nullable Placement reload(Placement tried, Attempt attempt, boolean last) {
        try {
            return placements.reload(tried.tenant());
        } catch (RehomeException e) {
            if (e.kind() == ErrorKind.EXTERNAL && (!last || attempt.error != null)) {
                return null;
            }
            if (attempt.failure != null) {
                e.addSuppressed(attempt.failure);
            }
            throw e;
        }
    }

    /**
     * What came of one attempt: a connection, or an answer, or a failure of the database.
     *
     * @param error what to throw if the tenant really lives there: another attempt would fail the same way
     * @param hopeless whether the server is known to be down, so that there is nothing to wait for
     */
    private record Attempt(
            @Nullable Connection connection,
            @Nullable Admission admission,
            String waitedFor,
            @Nullable SQLException failure,
            @Nullable RehomeException error,
            boolean hopeless) {

        Attempt(
                @Nullable Connection connection,
                @Nullable Admission admission,
                String waitedFor,
                @Nullable SQLException failure,
                @Nullable RehomeException error) {
            this(connection, admission, waitedFor, failure, error, false);
        }

        /** The home does not know the tenant, or does not exist: only a directory that is behind leads there. */
        boolean absent() {
            return admission instanceof Admission.Unknown || (failure != null && SqlState.isNoSuchHome(failure));
        }
    }

    private Attempt attempt(Placement placement, TransactionMode mode, Entrance entrance, Deadline deadline)
            throws InterruptedException {
        HomePool pool = pools.of(placement.home());
        ServerHealth health = pool.budget().health();
        if (!health.isWorthAsking()) {
            return new Attempt(null, null, health.describe(), null, null, true);
        }
        if (!pool.budget().acquire(deadline)) {
            return new Attempt(
                    null,
                    null,
                    pool.budget().figures() + ". Shorten transactions or raise max_connections_per_server.",
                    null,
                    null);
        }
        Connection connection = null;
        boolean in = false;
        try {
            connection = pool.borrow(placement.home());
            if (!minimumLevel.isMetBy(connection, placement)) {
                return new Attempt(null, null, "", null, tooOld(placement));
            }
            Admission admission = entrance.enter(fence, connection, placement, mode);
            if (admission instanceof Admission.Admitted admitted) {
                handedOut.put(connection, new HandOut(placement.tenant(), pool, admitted.leave()));
                in = true;
                return new Attempt(connection, admission, "", null, null);
            }
            enters.answered(admission);
            connection.rollback();
            return new Attempt(
                    null, admission, "a fence is up before " + placement.home() + ". Try again.", null, null);
        } catch (SQLException e) {
            return failed(placement, pool, connection, e);
        } catch (RehomeException e) {
            // A home that is being made anew is not protected yet; only a cache that has been overtaken leads there.
            return new Attempt(null, null, "", null, e);
        } finally {
            if (!in) {
                if (connection == null) {
                    pool.budget().release();
                } else {
                    giveQuietly(connection, pool);
                }
            }
        }
    }

    private HomeTooOldException tooOld(Placement placement) {
        enters.tooOld();
        return new HomeTooOldException(
                placement.tenant(), placement.home().toString(), String.valueOf(minimumLevel.changeset()));
    }

    /** A failure before the user's first statement can be tried again, unless another attempt must fail the same way. */
    private Attempt failed(Placement placement, HomePool pool, @Nullable Connection connection, SQLException thrown) {
        // The pool says that it waited in vain; why nothing came is what its latest attempt to open a connection says.
        SQLException opening = pool.lastFailure();
        SQLException failure = connection == null && opening != null ? opening : thrown;
        if (SqlState.isLoginRefused(failure)) {
            RehomeException error = new RehomeException(
                    ErrorKind.CONFIGURATION,
                    placement.home() + " refuses the login of the run-time role (SQLSTATE " + failure.getSQLState()
                            + "). Correct its user and password in the configuration.",
                    failure);
            return new Attempt(null, null, "", failure, error);
        }
        if (connection == null || SqlState.isConnectionLost(failure) || SqlState.isNoSuchHome(failure)) {
            if (connection != null) {
                pool.evict(connection);
            }
            enters.unreachable();
            ServerBudget budget = pool.budget();
            return new Attempt(
                    null,
                    null,
                    placement.home() + " cannot be reached (SQLSTATE " + failure.getSQLState()
                            + "). Check that the server is up; " + budget.figures() + ".",
                    failure,
                    null,
                    budget.health().isDown());
        }
        RehomeException error = new RehomeException(
                ErrorKind.EXTERNAL,
                placement.home() + " failed to admit tenant " + placement.tenant() + " (SQLSTATE "
                        + failure.getSQLState()
                        + "). Check the schema rehome of that database and the grants of the run-time role.",
                failure);
        return new Attempt(null, null, "", failure, error);
    }

    private static void give(Connection connection, HomePool pool) throws SQLException {
        try {
            connection.close();
        } finally {
            pool.budget().release();
        }
    }

    /** For a connection that is given up after a failure that is being reported already. */
    private static void giveQuietly(Connection connection, HomePool pool) {
        try {
            give(connection, pool);
        } catch (SQLException alreadyBroken) {
            pool.evict(connection);
        }
    }
}
