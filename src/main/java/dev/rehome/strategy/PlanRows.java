package dev.rehome.strategy;

import dev.rehome.cost.Cost;
import dev.rehome.cost.FleetCost;
import dev.rehome.move.MoveId;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.HomeColumns;
import dev.rehome.placement.Placement;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How plans are kept in the directory's tables. In the caller's transaction. */
final class PlanRows {
    private static final int BATCH = 500;
    private static final String LINE = "select l.* from rehome_directory.plan_line l";
    private static final String LATEST_ID = "(select plan_id from rehome_directory.plan order by plan_no desc limit 1)";
    private static final String OPEN = LINE + " where l.plan_id = " + LATEST_ID
            + " or l.state in ('PROPOSED', 'APPROVED', 'RUNNING') order by l.line_no";
    private static final String INSERT_PLAN = """
            insert into rehome_directory.plan (plan_id, made_at, made_by, tenants, currency, now_low, now_high, after_low,
                after_high, databases_low, databases_high) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    /** What was decided about a line that is known already stays, whatever was decided since it was read. */
    private static final String PUT_LINE = """
            insert into rehome_directory.plan_line (line_id, plan_id, line_no, tenant_id, from_tier, from_server, from_database,
                from_schema, from_epoch, to_tier, to_server, to_database, to_schema, reason_kind, reason, bytes, expected_millis,
                expected_pause_millis, expected_by, before_low, before_high, after_low, after_high, wished_since, state)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (line_id) do update
                set plan_id = excluded.plan_id, line_no = excluded.line_no, from_tier = excluded.from_tier,
                    from_server = excluded.from_server, from_database = excluded.from_database,
                    from_schema = excluded.from_schema, from_epoch = excluded.from_epoch,
                    reason_kind = excluded.reason_kind, reason = excluded.reason, bytes = excluded.bytes,
                    expected_millis = excluded.expected_millis, expected_pause_millis = excluded.expected_pause_millis,
                    expected_by = excluded.expected_by, before_low = excluded.before_low, before_high = excluded.before_high,
                    after_low = excluded.after_low, after_high = excluded.after_high""";

    private PlanRows() {}

    static Optional<Plan> latest(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "select * from rehome_directory.plan where plan_id = " + LATEST_ID);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            UUID id = row.getObject("plan_id", UUID.class);
            return Optional.of(new Plan(
                    id,
                    row.getTimestamp("made_at").toInstant(),
                    row.getString("made_by"),
                    row.getInt("tenants"),
                    new FleetCost(
                            row.getString("currency"), cost(row, "now"), cost(row, "after"), cost(row, "databases")),
                    lines(connection, LINE + " where l.plan_id = ? order by l.line_no", id),
                    left(connection, id)));
        }
    }

    /** The lines of the newest plan, and all others that are open. */
    static List<PlanLine> open(Connection connection) throws SQLException {
        return lines(connection, OPEN, null);
    }

    /** As {@link #open}, and nobody decides about them meanwhile. */
    static List<PlanLine> lockOpen(Connection connection) throws SQLException {
        return lines(connection, OPEN + " for update", null);
    }

    static Optional<PlanLine> lock(Connection connection, LineId id) throws SQLException {
        return lines(connection, LINE + " where l.line_id = ? for update", id.value()).stream()
                .findFirst();
    }

    static List<PlanLine> inState(Connection connection, State state) throws SQLException {
        return lines(connection, LINE + " where l.state = ? order by l.line_no", state.name());
    }

    static List<PlanLine> endedSince(Connection connection, Instant since) throws SQLException {
        return lines(connection, LINE + " where l.ended_at > ? order by l.ended_at desc", Timestamp.from(since));
    }

    /** Plans of which every line has gone on to later ones. */
    static void forgetEmptyBefore(Connection connection, UUID newest) throws SQLException {
        try (PreparedStatement left =
                        connection.prepareStatement("delete from rehome_directory.plan_left where plan_id <> ?");
                PreparedStatement plans = connection.prepareStatement(
                        "delete from rehome_directory.plan p where p.plan_id <> ? and not exists"
                                + " (select from rehome_directory.plan_line l where l.plan_id = p.plan_id)")) {
            left.setObject(1, newest);
            left.executeUpdate();
            plans.setObject(1, newest);
            plans.executeUpdate();
        }
    }

    static void insert(Connection connection, Plan plan) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_PLAN)) {
            insert.setObject(1, plan.id());
            insert.setTimestamp(2, Timestamp.from(plan.madeAt()));
            insert.setString(3, plan.by());
            insert.setInt(4, plan.tenants());
            insert.setString(5, plan.cost().currency());
            bind(insert, 6, plan.cost().now());
            bind(insert, 8, plan.cost().after());
            bind(insert, 10, plan.cost().databases());
            insert.executeUpdate();
        }
        try (PreparedStatement put = connection.prepareStatement(PUT_LINE)) {
            for (int i = 0; i < plan.lines().size(); i++) {
                bind(put, plan.id(), i, plan.lines().get(i));
                put.addBatch();
                if ((i + 1) % BATCH == 0) {
                    put.executeBatch();
                }
            }
            put.executeBatch();
        }
        try (PreparedStatement put = connection.prepareStatement(
                "insert into rehome_directory.plan_left (plan_id, tenant_id, kind, reason) select ?, ?, ?, ?"
                        + " where exists (select from rehome_directory.tenant where tenant_id = ?)")) {
            int count = 0;
            for (LeftTenant left : plan.left()) {
                put.setObject(1, plan.id());
                put.setObject(2, left.tenant().value());
                put.setString(3, left.kind().name());
                put.setString(4, left.text());
                put.setObject(5, left.tenant().value());
                put.addBatch();
                if (++count % BATCH == 0) {
                    put.executeBatch();
                }
            }
            put.executeBatch();
        }
    }

    private static void bind(PreparedStatement put, UUID plan, int number, PlanLine line) throws SQLException {
        put.setObject(1, line.id().value());
        put.setObject(2, plan);
        put.setInt(3, number);
        put.setObject(4, line.tenant().value());
        HomeColumns.bind(put, 5, line.source().home());
        put.setLong(9, line.source().epoch().value());
        HomeColumns.bind(put, 10, line.target());
        put.setString(14, line.reason().kind().name());
        put.setString(15, line.reason().text());
        setLong(put, 16, line.bytes().isPresent() ? line.bytes().getAsLong() : null);
        setLong(put, 17, line.expected().untilServed().map(Duration::toMillis).orElse(null));
        setLong(put, 18, line.expected().pause().map(Duration::toMillis).orElse(null));
        put.setString(19, line.expected().basis());
        bind(put, 20, line.before());
        bind(put, 22, line.after());
        put.setTimestamp(24, Timestamp.from(line.wishedSince()));
        put.setString(25, line.state().name());
    }

    private static void bind(PreparedStatement put, int first, Cost cost) throws SQLException {
        put.setBigDecimal(first, cost.low());
        put.setBigDecimal(first + 1, cost.high());
    }

    private static void setLong(PreparedStatement put, int at, @Nullable Long value) throws SQLException {
        if (value == null) {
            put.setNull(at, Types.BIGINT);
        } else {
            put.setLong(at, value);
        }
    }

    private static List<PlanLine> lines(Connection connection, String sql, @Nullable Object parameter)
            throws SQLException {
        List<PlanLine> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (parameter != null) {
                statement.setObject(1, parameter);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lines.add(line(row));
                }
            }
        }
        return lines;
    }

    private static PlanLine line(ResultSet row) throws SQLException {
        return new PlanLine(
                new LineId(row.getObject("line_id", UUID.class)),
                new Placement(
                        TenantId.of(row.getObject("tenant_id", UUID.class)),
                        HomeColumns.read(row, "from"),
                        new Epoch(row.getLong("from_epoch"))),
                HomeColumns.read(row, "to"),
                new Reason(Reason.Kind.valueOf(row.getString("reason_kind")), row.getString("reason")),
                optionalLong(row, "bytes"),
                new Expectation(
                        millis(row, "expected_millis"),
                        millis(row, "expected_pause_millis"),
                        row.getString("expected_by")),
                cost(row, "before"),
                cost(row, "after"),
                row.getTimestamp("wished_since").toInstant(),
                State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("decided_by")),
                instant(row, "decided_at"),
                Optional.ofNullable(row.getObject("move_id", UUID.class)).map(MoveId::new),
                Optional.ofNullable(row.getString("failure")));
    }

    private static List<LeftTenant> left(Connection connection, UUID plan) throws SQLException {
        List<LeftTenant> left = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select tenant_id, kind, reason from rehome_directory.plan_left where plan_id = ? order by kind, tenant_id")) {
            statement.setObject(1, plan);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    left.add(new LeftTenant(
                            TenantId.of(row.getObject(1, UUID.class)),
                            LeftTenant.Kind.valueOf(row.getString(2)),
                            row.getString(3)));
                }
            }
        }
        return left;
    }

    static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Optional<Duration> millis(ResultSet row, String column) throws SQLException {
        OptionalLong value = optionalLong(row, column);
        return value.isPresent() ? Optional.of(Duration.ofMillis(value.getAsLong())) : Optional.empty();
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private static Cost cost(ResultSet row, String of) throws SQLException {
        return new Cost(row.getBigDecimal(of + "_low"), row.getBigDecimal(of + "_high"));
    }
}
