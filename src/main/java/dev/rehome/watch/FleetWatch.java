package dev.rehome.watch;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.watch.FleetState.FailedExport;
import dev.rehome.watch.FleetState.Pauses;
import dev.rehome.watch.FleetState.Statistics;
import dev.rehome.watch.FleetState.TenantCount;
import dev.rehome.watch.FleetState.Undertaking;
import dev.rehome.watch.FleetState.Verification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads how the fleet stands from the directory, in a dozen small queries. Needs the rights of the mover. Thread-safe; failures of the
 * database are {@link RehomeException}s (EXTERNAL).
 */
public final class FleetWatch {
    /** That are looked at: where more have not ended, the oldest are left out. */
    public static final int MOST_MOVES = 1_000;

    /** The duty of that name. */
    public static final String NIGHTLY_EXPORT = "nightly export";

    private static final String TENANTS =
            "select tier, server_name, count(*) from rehome_directory.placement group by 1, 2";
    private static final String ENDED =
            "select phase, count(*) from rehome_directory.move where finished_at is not null group by 1";
    private static final String VERIFICATIONS = """
            select distinct on (v.move_id) v.move_id, v.ended_at,
                   (select coalesce(sum(missing + extra + different), 0) from rehome_directory.move_verification_table t
                     where (t.move_id, t.report_no) = (v.move_id, v.report_no)),
                   (select coalesce(sum(missing + extra + different - repaired), 0) from rehome_directory.move_verification_table t
                     where (t.move_id, t.report_no) = (v.move_id, v.report_no)),
                   (select coalesce(sum(foreign_at_source + foreign_at_target), 0) from rehome_directory.move_verification_table t
                     where (t.move_id, t.report_no) = (v.move_id, v.report_no))
              from rehome_directory.move_verification v join rehome_directory.move m using (move_id)
             where m.finished_at is null
             order by v.move_id, v.report_no desc""";
    private static final String PAUSES =
            "select count(*), coalesce(max(fenced_millis), 0) from rehome_directory.move_measure"
                    + " where served_at > now() - interval '1 day'";
    private static final String SCHEMA_RUNS = """
            select lower(h.state), count(*) from rehome_directory.schema_run_home h join rehome_directory.schema_run r using (run_id)
             where r.ended_at is null group by 1""";
    private static final String UNDERTAKINGS = """
            select l.tenant_id, lower(l.operation), coalesce((select max(j.written_at) from rehome_directory.life_journal j
                     where j.tenant_id = l.tenant_id), l.since)
              from rehome_directory.tenant_life l where l.operation is not null""";
    private static final String SPARES = "select lower(state), count(*) from rehome_directory.spare_home group by 1";
    private static final String STATISTICS = """
            select (select count(*) from rehome_directory.statistics_node where ended_at is null
                       and pushed_at >= now() - 5 * interval_millis * interval '1 millisecond'),
                   (select count(*) from rehome_directory.statistics_node where ended_at is null
                       and pushed_at < now() - 5 * interval_millis * interval '1 millisecond'),
                   (select count(*) from rehome_directory.placement p where not exists
                       (select from rehome_directory.tenant_size s where s.tenant_id = p.tenant_id)),
                   (select extract(epoch from now() - min(measured_at)) from rehome_directory.tenant_size)""";

    /** Of the last two days: who has switched it off since has no failure. */
    private static final String FAILED_EXPORT = """
            select failed_in_a_row, coalesce(failure, '') from rehome_directory.duty
             where duty = ? and failed_in_a_row > 0 and failed_at > now() - interval '2 days'""";

    private final ConnectionSource connections;
    private final MoveJournal journal;

    public FleetWatch(ConnectionSource connections) {
        this.connections = connections;
        this.journal = new MoveJournal(connections);
    }

    /** Looks how it stands now. */
    public FleetState look() {
        List<MoveStatus> moves = journal.list(false, MOST_MOVES);
        return connections.transact(connection -> new FleetState(
                now(connection),
                tenants(connection),
                moves,
                endedMoves(connection),
                verifications(connection),
                pauses(connection),
                counts(connection, SCHEMA_RUNS),
                undertakings(connection),
                counts(connection, SPARES),
                statistics(connection),
                failedExport(connection),
                FleetChecks.read(connection)));
    }

    private static Instant now(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select now()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static List<TenantCount> tenants(Connection connection) throws SQLException {
        List<TenantCount> counts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TENANTS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                counts.add(new TenantCount(Tier.valueOf(row.getString(1)), row.getString(2), row.getLong(3)));
            }
        }
        return counts;
    }

    private static Map<MovePhase, Long> endedMoves(Connection connection) throws SQLException {
        Map<MovePhase, Long> ended = new EnumMap<>(MovePhase.class);
        counts(connection, ENDED).forEach((phase, count) -> ended.put(MovePhase.valueOf(phase), count));
        return ended;
    }

    private static Map<String, Long> counts(Connection connection, String sql) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                counts.put(row.getString(1), row.getLong(2));
            }
        }
        return counts;
    }

    private static Map<MoveId, Verification> verifications(Connection connection) throws SQLException {
        Map<MoveId, Verification> verifications = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(VERIFICATIONS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                verifications.put(
                        new MoveId(row.getObject(1, UUID.class)),
                        new Verification(
                                row.getObject(2, OffsetDateTime.class).toInstant(),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5)));
            }
        }
        return verifications;
    }

    private static Pauses pauses(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PAUSES);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Pauses(row.getLong(1), Duration.ofMillis(row.getLong(2)));
        }
    }

    private static List<Undertaking> undertakings(Connection connection) throws SQLException {
        List<Undertaking> undertakings = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(UNDERTAKINGS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                undertakings.add(new Undertaking(
                        TenantId.of(row.getObject(1, UUID.class)),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()));
            }
        }
        return undertakings;
    }

    private static Statistics statistics(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATISTICS);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Statistics(row.getLong(1), row.getLong(2), row.getLong(3), Duration.ofMillis((long)
                    (row.getDouble(4) * 1000)));
        }
    }

    private static Optional<FailedExport> failedExport(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FAILED_EXPORT)) {
            statement.setString(1, NIGHTLY_EXPORT);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new FailedExport(row.getLong(1), row.getString(2))) : Optional.empty();
            }
        }
    }
}
