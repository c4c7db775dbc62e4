package dev.rehome.fence;

import dev.rehome.jdbc.Pipeline;
import dev.rehome.placement.Home;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The residency rows of a database, as an operator's transaction writes them, and the tenant's lock. Each method runs in
 * the caller's transaction on a connection of the mover's role; nothing has happened until the caller commits.
 */
public final class Residency {
    private static final String SETTLE = """
            insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name, role_name, capture)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id) do update
                set epoch = excluded.epoch, state = excluded.state, tier = excluded.tier,
                    server_name = excluded.server_name, database_name = excluded.database_name,
                    schema_name = excluded.schema_name, role_name = excluded.role_name,
                    capture = excluded.capture, changed_at = now(),
                    arriving_epoch = null, arriving_schema = null, arriving_role = null, arriving_capture = null""";
    private static final String ARRIVE = """
            update rehome.residency
               set arriving_epoch = ?, arriving_schema = ?, arriving_role = ?, arriving_capture = ?, changed_at = now()
             where tenant_id = ?""";
    private static final String HOLDERS = """
            select a.pid, a.application_name, a.state, extract(epoch from now() - a.xact_start) as age, split_part(ltrim(a.query), ' ', 1)
              from pg_locks l
              join pg_stat_activity a on a.pid = l.pid
             where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
               and (l.classid::bigint << 32 | l.objid::bigint) = rehome.lock_key(?) and l.objsubid = 1 and l.granted
               and l.pid <> pg_backend_pid()
             order by a.xact_start""";

    private Residency() {}

    /** The tenant lives here, at the placement's epoch. */
    public static void here(Connection connection, Placement placement, boolean capture) throws SQLException {
        write(new Pipeline(connection), placement, "HERE", roleName(placement.home()), capture)
                .execute();
    }

    /** The tenant has left this database for another; the placement says where it lives now. */
    public static void moved(Connection connection, Placement placement) throws SQLException {
        write(new Pipeline(connection), placement, "MOVED", null, false).execute();
    }

    /** As {@link #moved}, where this database has heard of the tenant. */
    public static void forward(Connection connection, Placement placement) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from rehome.residency where tenant_id = ? for update")) {
            statement.setObject(1, placement.tenant().value());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return;
                }
            }
        }
        moved(connection, placement);
    }

    /**
     * The tenant is about to move into this database: whoever comes with the next placement's epoch is admitted, and nobody can
     * know that before the old home, in another database, has said {@link #moved}. All others are still sent there.
     *
     * @param current where it lives until then
     * @param next in this database
     * @param capture whether changes are recorded here from the first transaction on
     */
    public static void arriving(Connection connection, Placement current, Placement next, boolean capture)
            throws SQLException {
        arriving(new Pipeline(connection), current, next, capture).execute();
    }

    /** As {@link #arriving(Connection, Placement, Placement, boolean)}, together with what is sent before. */
    public static Pipeline arriving(Pipeline pipeline, Placement current, Placement next, boolean capture) {
        return write(pipeline, current, "MOVED", null, false)
                .then(
                        ARRIVE,
                        next.epoch().value(),
                        next.home().schema(),
                        roleName(next.home()),
                        capture,
                        next.tenant().value());
    }

    /** Whether the tenant lives in this database under exactly this placement. */
    public static boolean isHere(Connection connection, Placement placement) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select from rehome.residency"
                + " where tenant_id = ? and epoch = ? and state = 'HERE' and schema_name = ?")) {
            statement.setObject(1, placement.tenant().value());
            statement.setLong(2, placement.epoch().value());
            statement.setString(3, placement.home().schema());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * Refuses the tenant's new transactions from this transaction's commit on, with SQLSTATE RH002. Those that have entered go on.
     *
     * @return whether the tenant lives here under exactly this placement; else nothing has changed
     */
    public static boolean suspend(Connection connection, Placement placement) throws SQLException {
        return change(connection, placement, "SUSPENDED");
    }

    /**
     * Admits a suspended tenant again.
     *
     * @return whether the tenant lives here under exactly this placement; else nothing has changed
     */
    public static boolean resume(Connection connection, Placement placement) throws SQLException {
        return change(connection, placement, "HERE");
    }

    private static boolean change(Connection connection, Placement placement, String state) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update rehome.residency set state = ?, changed_at = now() where tenant_id = ? and epoch = ?"
                        + " and schema_name = ? and state in ('HERE', 'SUSPENDED')")) {
            statement.setString(1, state);
            statement.setObject(2, placement.tenant().value());
            statement.setLong(3, placement.epoch().value());
            statement.setString(4, placement.home().schema());
            return statement.executeUpdate() == 1;
        }
    }

    /** Whether the tenant is suspended in this database under exactly this placement. */
    public static boolean isSuspended(Connection connection, Placement placement) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select from rehome.residency"
                + " where tenant_id = ? and epoch = ? and state = 'SUSPENDED' and schema_name = ?")) {
            statement.setObject(1, placement.tenant().value());
            statement.setLong(2, placement.epoch().value());
            statement.setString(3, placement.home().schema());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Makes this database forget that it ever knew the tenant. Returns how many rows that were: none or one. */
    public static int forget(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from rehome.residency where tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            return statement.executeUpdate();
        }
    }

    /** Whether the tenant would be admitted to this database, at whatever epoch. */
    public static boolean admits(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from rehome.residency where tenant_id = ? and state = 'HERE'")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Switches change capture for those who enter after this transaction's commit. */
    public static void capture(Connection connection, TenantId tenant, boolean on) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update rehome.residency set capture = ?, changed_at = now() where tenant_id = ?")) {
            statement.setBoolean(1, on);
            statement.setObject(2, tenant.value());
            statement.executeUpdate();
        }
    }

    /** Whether what is written here is recorded, for those who enter now. */
    public static boolean isCaptured(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from rehome.residency where tenant_id = ? and capture")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * Takes the tenant's exclusive lock: the fence. When it returns, everything that had entered has ended and nothing
     * enters until this transaction ends.
     *
     * @throws SQLException for which {@code SqlState.isLockTimeout} holds, if somebody stays in for longer than the timeout
     */
    public static void fence(Connection connection, TenantId tenant, Duration lockTimeout) throws SQLException {
        new Pipeline(connection)
                .then("set local lock_timeout = " + Math.max(1, lockTimeout.toMillis()))
                .then("select pg_advisory_xact_lock(rehome.lock_key(?))", tenant.value())
                .execute();
    }

    /**
     * Has the server end this connection, and with it the fence, if nothing is heard from it for so long: whatever happens
     * to the mover, traffic comes back by itself.
     */
    public static void limitFence(Connection connection, Duration longest) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local idle_in_transaction_session_timeout = " + Math.max(1, longest.toMillis()));
        }
    }

    /** Whether this database knows that the tenant has the placement, in it or elsewhere. */
    public static boolean knows(Connection connection, Placement placement) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select from rehome.residency where tenant_id = ? and epoch = ?")) {
            statement.setObject(1, placement.tenant().value());
            statement.setLong(2, placement.epoch().value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Another tenant that lives in this schema, if there is one. */
    public static Optional<TenantId> otherResident(Connection connection, String schema, TenantId tenant)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select tenant_id from rehome.residency"
                + " where (state <> 'MOVED' and schema_name = ? or arriving_schema = ?) and tenant_id <> ? limit 1")) {
            statement.setString(1, schema);
            statement.setString(2, schema);
            statement.setObject(3, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(TenantId.of(row.getObject(1, UUID.class))) : Optional.empty();
            }
        }
    }

    /** Who is in: the transactions that hold the tenant's lock, the oldest first. */
    public static List<Holder> holders(Connection connection, TenantId tenant) throws SQLException {
        List<Holder> holders = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    holders.add(new Holder(
                            row.getInt(1),
                            row.getString(2),
                            row.getString(3),
                            Duration.ofMillis(Math.round(row.getDouble(4) * 1000)),
                            row.getString(5)));
                }
            }
        }
        return holders;
    }

    /**
     * Ends the transactions that hold the tenant's lock and are older than this, with their connections. Their clients see
     * SQLSTATE 57P01.
     *
     * @return those it has ended
     */
    public static List<Holder> endHolders(Connection connection, TenantId tenant, Duration olderThan)
            throws SQLException {
        List<Holder> ended = new ArrayList<>();
        for (Holder holder : holders(connection, tenant)) {
            if (holder.age().compareTo(olderThan) > 0) {
                try (PreparedStatement statement = connection.prepareStatement(
                        "select pg_terminate_backend(?) from pg_stat_activity where pid = ? and xact_start < now() - ? * interval '1 millisecond'")) {
                    statement.setInt(1, holder.pid());
                    statement.setInt(2, holder.pid());
                    statement.setLong(3, olderThan.toMillis());
                    try (ResultSet row = statement.executeQuery()) {
                        if (row.next() && row.getBoolean(1)) {
                            ended.add(holder);
                        }
                    }
                }
            }
        }
        return ended;
    }

    /**
     * A transaction of a tenant.
     *
     * @param state PostgreSQL's word for what its connection does, such as {@code idle in transaction}
     * @param age since the transaction began
     * @param statementKind the first word of its latest statement; never its values
     */
    public record Holder(int pid, String application, String state, Duration age, String statementKind) {
        @Override
        public String toString() {
            return "pid " + pid + " of '" + application + "' (" + state + ", " + age.toMillis() + " ms old, "
                    + statementKind + ")";
        }
    }

    private static @Nullable String roleName(Home home) {
        return home.tier() == Tier.SCHEMA ? home.schema() : null;
    }

    private static Pipeline write(
            Pipeline pipeline, Placement placement, String state, @Nullable String roleName, boolean capture) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(placement.tenant().value());
        values.add(placement.epoch().value());
        values.add(state);
        values.addAll(HomeColumns.values(placement.home()));
        values.add(roleName);
        values.add(capture);
        return pipeline.then(SETTLE, values);
    }
}
