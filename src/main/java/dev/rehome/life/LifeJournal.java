package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.TenantRecord.Archived;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lives of tenants in the directory: how each stands, what was begun with it, what was done. Thread-safe; failures of the
 * database are {@link RehomeException}s (EXTERNAL).
 */
public final class LifeJournal {
    private static final int NOTE_LENGTH = 4000;
    private static final String RECORD = """
            select coalesce(t.tenant_id, l.tenant_id) as tenant_id, t.name, coalesce(l.state, 'ACTIVE') as state,
                   coalesce(l.since, t.created_at) as since, l.operation, l.step, coalesce(l.last_epoch, 0) as last_epoch,
                   l.home_tier, l.home_server, l.home_database, l.home_schema, l.file_path, l.file_sha256, l.due_at,
                   p.tier, p.server_name, p.database_name, p.schema_name, p.epoch
              from rehome_directory.tenant t
              full join rehome_directory.tenant_life l on l.tenant_id = t.tenant_id
              left join rehome_directory.placement p on p.tenant_id = t.tenant_id
             where""";

    private final ConnectionSource connections;

    public LifeJournal(ConnectionSource connections) {
        this.connections = connections;
    }

    /** How the tenant stands. A deleted one is known too. */
    public Optional<TenantRecord> find(TenantId tenant) {
        return connections.transact(connection -> find(connection, tenant));
    }

    /**
     * As {@link #find}.
     *
     * @throws UnknownTenantException if there never was such a tenant
     */
    public TenantRecord get(TenantId tenant) {
        return find(tenant).orElseThrow(() -> new UnknownTenantException(tenant));
    }

    /**
     * Which tenants are asked for.
     *
     * @param state empty for all but the deleted
     */
    public record Wanted(Optional<LifeState> state, Optional<Tier> tier, Optional<String> server) {
        public static final Wanted ALL = new Wanted(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Tenants in the order of their ids, at most so many, beginning behind {@code after}. */
    public List<TenantRecord> page(Wanted wanted, @Nullable TenantId after, int limit) {
        return connections.transact(connection -> {
            List<TenantRecord> page = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(RECORD
                    + " (?::uuid is null or coalesce(t.tenant_id, l.tenant_id) > ?::uuid)"
                    + " and case when ?::text is null then coalesce(l.state, 'ACTIVE') <> 'DELETED'"
                    + " else coalesce(l.state, 'ACTIVE') = ? end"
                    + " and (?::text is null or p.tier = ?) and (?::text is null or p.server_name = ?)"
                    + " order by 1 limit ?")) {
                @Nullable UUID behind = after == null ? null : after.value();
                statement.setObject(1, behind);
                statement.setObject(2, behind);
                twice(statement, 3, wanted.state.map(LifeState::name));
                twice(statement, 5, wanted.tier.map(Tier::name));
                twice(statement, 7, wanted.server);
                statement.setInt(9, limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        page.add(record(row));
                    }
                }
            }
            return page;
        });
    }

    private static void twice(PreparedStatement statement, int first, Optional<String> value) throws SQLException {
        statement.setString(first, value.orElse(null));
        statement.setString(first + 1, value.orElse(null));
    }

    /** Those whose time of grace is over, the earliest first. */
    public List<TenantId> due(int limit) {
        return connections.transact(connection -> {
            List<TenantId> due = new ArrayList<>();
            try (PreparedStatement statement =
                    connection.prepareStatement("select tenant_id from rehome_directory.tenant_life"
                            + " where state = 'DELETING' and due_at <= clock_timestamp() order by due_at limit ?")) {
                statement.setInt(1, limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        due.add(TenantId.of(row.getObject(1, UUID.class)));
                    }
                }
            }
            return due;
        });
    }

    /** What was done with the tenant, oldest line first. */
    public List<LifeEntry> entries(TenantId tenant) {
        return connections.transact(connection -> {
            List<LifeEntry> entries = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement("select written_at, by_whom, operation, note"
                    + " from rehome_directory.life_journal where tenant_id = ? order by entry_no")) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        entries.add(new LifeEntry(
                                row.getTimestamp(1).toInstant(),
                                row.getString(2),
                                LifeOperation.valueOf(row.getString(3)),
                                row.getString(4)));
                    }
                }
            }
            return entries;
        });
    }

    /** Adds a line about something that changes nothing: that a file was written, say. */
    void note(TenantId tenant, LifeOperation operation, String by, String note) {
        connections.transact(connection -> {
            note(connection, tenant, operation, by, note);
            return note;
        });
    }

    /**
     * Begins an operation with a tenant, or takes up one that was cut off. No other operation and no move of the tenant begins
     * until it has ended; another process is kept out while the result is open.
     *
     * @param before what has to hold, beside that the operation makes sense; may throw
     * @throws UnknownTenantException if there never was such a tenant, unless it is about to arrive
     * @throws RehomeException (BUSY) if another process is at the tenant, or it is in a move; (USER) if the tenant stands so
     *     that this makes no sense
     */
    Undertaking begin(TenantId tenant, LifeOperation operation, String by, Precondition before) {
        TenantLock lock = TenantLock.take(connections, tenant);
        try {
            return connections.transact(connection -> {
                lockTenant(connection, tenant);
                Optional<TenantRecord> found = find(connection, tenant);
                before.check(found);
                boolean arrives = operation == LifeOperation.IMPORT || operation == LifeOperation.CLONE;
                if (found.isEmpty() && !arrives) {
                    throw new UnknownTenantException(tenant);
                }
                LifeState state = found.map(TenantRecord::state).orElse(LifeState.ARRIVING);
                requirePossible(tenant, operation, state, found.flatMap(TenantRecord::unended));
                requireNoMove(connection, tenant);
                long leaseNo = nextLease(connection, tenant, operation, state);
                if (found.flatMap(TenantRecord::unended).isPresent()) {
                    note(connection, tenant, operation, by, "taken up");
                }
                TenantRecord begun = find(connection, tenant).orElseThrow();
                return new Undertaking(connections, lock, new Lease(tenant, leaseNo), operation, by, begun);
            });
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What has to hold before an operation begins. */
    @FunctionalInterface
    interface Precondition {
        void check(Optional<TenantRecord> record);
    }

    private static void requirePossible(
            TenantId tenant, LifeOperation operation, LifeState state, Optional<LifeOperation> unended) {
        unended.filter(other -> !operation.mayFollow(other)).ifPresent(other -> {
            throw new RehomeException(
                    ErrorKind.USER,
                    "'" + other.word() + "' of tenant " + tenant + " was begun and has not ended. Repeat that first.");
        });
        if (!operation.isPossibleIn(state) && !unended.equals(Optional.of(operation))) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Tenant " + tenant + " is " + state + ", so '" + operation.word() + "' makes no sense. "
                            + switch (state) {
                                case ACTIVE -> "'tenant show' says how it stands.";
                                case SUSPENDED -> "Resume it first.";
                                case ARRIVING -> "End its import, or delete it.";
                                case ARCHIVED -> "Restore it first.";
                                case DELETING -> "Resume it first, if it is to live.";
                                case DELETED -> "Import a file of it, or give another id.";
                            });
        }
    }

    private static void requireNoMove(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select move_id, phase from rehome_directory.move" + " where tenant_id = ? and finished_at is null")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw new RehomeException(
                            ErrorKind.BUSY,
                            "Tenant " + tenant + " is in move " + row.getString(1) + ", in " + row.getString(2)
                                    + ". End its soak with 'move retire', or give it up with 'move cancel' or"
                                    + " 'move rollback', and try again.");
                }
            }
        }
    }

    private static long nextLease(Connection connection, TenantId tenant, LifeOperation operation, LifeState state)
            throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into rehome_directory.tenant_life as l (tenant_id, state, operation, lease_no, last_epoch)
                select ?, ?, ?, coalesce((select max(lease_no) from rehome_directory.move where tenant_id = ?), 0) + 1,
                       coalesce((select epoch from rehome_directory.placement where tenant_id = ?), 0)
                on conflict (tenant_id) do update
                    set step = case when l.operation = excluded.operation then l.step end,
                        operation = excluded.operation,
                        lease_no = greatest(l.lease_no + 1, excluded.lease_no),
                        last_epoch = greatest(l.last_epoch, excluded.last_epoch)
                returning lease_no""")) {
            upsert.setObject(1, tenant.value());
            upsert.setString(2, state.name());
            upsert.setString(3, operation.name());
            upsert.setObject(4, tenant.value());
            upsert.setObject(5, tenant.value());
            try (ResultSet row = upsert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** As whoever plans a move does. */
    private static void lockTenant(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select tenant_id from rehome_directory.tenant where tenant_id = ? for update")) {
            statement.setObject(1, tenant.value());
            statement.execute();
        }
    }

    static Optional<TenantRecord> find(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(RECORD + " coalesce(t.tenant_id, l.tenant_id) = ?")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(record(row)) : Optional.empty();
            }
        }
    }

    static void note(Connection connection, TenantId tenant, LifeOperation operation, String by, String note)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.life_journal"
                + " (tenant_id, entry_no, by_whom, operation, note) select ?, coalesce(max(entry_no), 0) + 1, ?, ?, ?"
                + " from rehome_directory.life_journal where tenant_id = ?")) {
            insert.setObject(1, tenant.value());
            insert.setString(2, by);
            insert.setString(3, operation.name());
            insert.setString(4, note.length() > NOTE_LENGTH ? note.substring(0, NOTE_LENGTH) : note);
            insert.setObject(5, tenant.value());
            insert.executeUpdate();
        }
    }

    private static TenantRecord record(ResultSet row) throws SQLException {
        TenantId tenant = TenantId.of(row.getObject("tenant_id", UUID.class));
        Optional<Home> placed = home(row, "tier", "server_name", "database_name", "schema_name");
        Optional<String> path = Optional.ofNullable(row.getString("file_path"));
        String sha256 = row.getString("file_sha256");
        Epoch epoch = placed.isPresent() ? new Epoch(row.getLong("epoch")) : Epoch.FIRST;
        return new TenantRecord(
                tenant,
                Optional.ofNullable(row.getString("name")),
                LifeState.valueOf(row.getString("state")),
                row.getTimestamp("since").toInstant(),
                placed.map(home -> new Placement(tenant, home, epoch)),
                Optional.ofNullable(row.getString("operation")).map(LifeOperation::valueOf),
                Optional.ofNullable(row.getString("step")),
                row.getLong("last_epoch"),
                home(row, "home_tier", "home_server", "home_database", "home_schema"),
                path.map(file -> new Archived(Path.of(file), sha256)),
                Optional.ofNullable(row.getTimestamp("due_at")).map(Timestamp::toInstant));
    }

    private static Optional<Home> home(ResultSet row, String tier, String server, String database, String schema)
            throws SQLException {
        String name = row.getString(tier);
        return name == null
                ? Optional.empty()
                : Optional.of(new Home(
                        Tier.valueOf(name), row.getString(server), row.getString(database), row.getString(schema)));
    }

    /** When it is, by the directory's clock, which alone counts. */
    Instant now() {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getTimestamp(1).toInstant();
            }
        });
    }
}
