package dev.rehome.life;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.DeletionRecord.Place;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The records of deletions in the directory. Thread-safe. */
public final class DeletionLog {
    private static final String UPSERT_PLACE = """
            insert into rehome_directory.deletion_place as p (tenant_id, deletion_no, kind, place, removed, remaining, looked_at)
            select ?, max(deletion_no), ?, ?, ?, ?, case when ? then clock_timestamp() end
              from rehome_directory.deletion where tenant_id = ?
            on conflict (tenant_id, deletion_no, kind, place) do update
                set removed = p.removed + excluded.removed,
                    remaining = coalesce(excluded.remaining, p.remaining),
                    looked_at = coalesce(excluded.looked_at, p.looked_at)""";

    private final ConnectionSource connections;

    public DeletionLog(ConnectionSource connections) {
        this.connections = connections;
    }

    /** The tenant's latest deletion. */
    public Optional<DeletionRecord> find(TenantId tenant) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select deletion_no, begun_at, begun_by, signed_off_at, signed_off_by from rehome_directory.deletion"
                            + " where tenant_id = ? order by deletion_no desc limit 1")) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(new DeletionRecord(
                                    row.getTimestamp(2).toInstant(),
                                    row.getString(3),
                                    Optional.ofNullable(row.getTimestamp(4)).map(Timestamp::toInstant),
                                    Optional.ofNullable(row.getString(5)),
                                    places(connection, tenant, row.getInt(1))))
                            : Optional.<DeletionRecord>empty();
                }
            }
        });
    }

    private static List<Place> places(Connection connection, TenantId tenant, int number) throws SQLException {
        List<Place> places = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select kind, place, removed, remaining, looked_at from rehome_directory.deletion_place"
                        + " where tenant_id = ? and deletion_no = ? order by kind, place")) {
            statement.setObject(1, tenant.value());
            statement.setInt(2, number);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    places.add(new Place(
                            row.getString(1),
                            row.getString(2),
                            row.getLong(3),
                            Optional.ofNullable(row.getObject(4, Long.class)),
                            Optional.ofNullable(row.getTimestamp(5)).map(Timestamp::toInstant)));
                }
            }
        }
        return places;
    }

    /** Begins a record, unless there is one that has not ended. */
    static void begin(Connection connection, TenantId tenant, String by) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into rehome_directory.deletion (tenant_id, deletion_no, begun_by)"
                        + " select ?, coalesce(max(deletion_no), 0) + 1, ? from rehome_directory.deletion where tenant_id = ?"
                        + " having count(*) filter (where signed_off_at is null) = 0")) {
            insert.setObject(1, tenant.value());
            insert.setString(2, by);
            insert.setObject(3, tenant.value());
            insert.executeUpdate();
        }
    }

    void removed(TenantId tenant, String kind, Object place, long count) {
        connections.transact(connection -> {
            write(connection, tenant, kind, place, count, Optional.empty());
            return place;
        });
    }

    void lookedAt(TenantId tenant, String kind, Object place, long remaining) {
        connections.transact(connection -> {
            write(connection, tenant, kind, place, 0, Optional.of(remaining));
            return place;
        });
    }

    static void write(
            Connection connection, TenantId tenant, String kind, Object place, long removed, Optional<Long> remaining)
            throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(UPSERT_PLACE)) {
            upsert.setObject(1, tenant.value());
            upsert.setString(2, kind);
            upsert.setString(3, place.toString());
            upsert.setLong(4, removed);
            upsert.setObject(5, remaining.orElse(null), Types.BIGINT);
            upsert.setBoolean(6, remaining.isPresent());
            upsert.setObject(7, tenant.value());
            upsert.executeUpdate();
        }
    }

    static void signOff(Connection connection, TenantId tenant, String by) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update rehome_directory.deletion set signed_off_at = clock_timestamp(),"
                        + " signed_off_by = ? where tenant_id = ? and signed_off_at is null")) {
            update.setString(1, by);
            update.setObject(2, tenant.value());
            update.executeUpdate();
        }
    }
}
