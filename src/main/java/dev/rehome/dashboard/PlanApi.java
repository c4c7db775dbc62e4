package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;
import static dev.rehome.dashboard.Route.post;

import dev.rehome.cost.Cost;
import dev.rehome.cost.FleetCost;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveId;
import dev.rehome.placement.Home;
import dev.rehome.strategy.LineId;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Plans;
import dev.rehome.tenant.TenantId;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The newest plan, and what an operator decides about its lines. Thread-safe. */
final class PlanApi {
    /** Behind the most pressing ones nobody reads on; the counts have all. */
    private static final int MOST_LINES = 500;

    private static final int MOST_LEFT = 200;

    private final Plans plans;
    private final ConnectionSource directory;

    PlanApi(ConnectionSource directory) {
        this.plans = new Plans(directory);
        this.directory = directory;
    }

    List<Route> routes() {
        return List.of(
                get("/plan", call -> plan()),
                post("/plan/lines/{line}/approve", this::approve),
                post("/plan/lines/{line}/reject", this::reject));
    }

    record FleetCostView(
            String currency,
            Cost now,
            Cost after,
            Cost databases,
            BigDecimal savingPercentNow,
            BigDecimal savingPercentAfter) {
        static FleetCostView of(FleetCost cost) {
            return new FleetCostView(
                    cost.currency(),
                    cost.now(),
                    cost.after(),
                    cost.databases(),
                    cost.savingPercentNow(),
                    cost.savingPercentAfter());
        }
    }

    /**
     * A line, as it is answered.
     *
     * @param expectedMillis until the target serves
     * @param basis what the expectation is derived from
     */
    record Line(
            String line,
            TenantId tenant,
            @Nullable String tenantName,
            HomeView from,
            HomeView to,
            String reasonKind,
            String reason,
            @Nullable Long bytes,
            @Nullable Long expectedMillis,
            @Nullable Long pauseMillis,
            String basis,
            Cost before,
            Cost after,
            Instant wishedSince,
            String state,
            @Nullable String by,
            @Nullable Instant decidedAt,
            @Nullable String move,
            @Nullable String failure) {
        static Line of(PlanLine line, @Nullable String tenantName) {
            Home source = line.source().home();
            return new Line(
                    line.id().toString(),
                    line.source().tenant(),
                    tenantName,
                    HomeView.of(source),
                    HomeView.of(line.target()),
                    line.reason().kind().name(),
                    line.reason().text(),
                    line.bytes().isPresent() ? line.bytes().getAsLong() : null,
                    line.expected().untilServed().map(Duration::toMillis).orElse(null),
                    line.expected().pause().map(Duration::toMillis).orElse(null),
                    line.expected().basis(),
                    line.before(),
                    line.after(),
                    line.wishedSince(),
                    line.state().name(),
                    line.by().orElse(null),
                    line.decidedAt().orElse(null),
                    line.move().map(MoveId::toString).orElse(null),
                    line.failure().orElse(null));
        }
    }

    record Left(TenantId tenant, @Nullable String tenantName, String kind, String text) {}

    /** @param counts of all lines by their states, though only the first lines follow */
    record PlanView(
            String plan,
            Instant madeAt,
            String by,
            int tenants,
            FleetCostView cost,
            Map<State, Integer> counts,
            List<Line> lines,
            int leftInAll,
            List<Left> left) {}

    /** @param plan absent before the first was made */
    record Newest(@Nullable PlanView plan) {}

    private Newest plan() {
        return new Newest(plans.latest().map(this::view).orElse(null));
    }

    private PlanView view(Plan plan) {
        List<PlanLine> lines = plan.lines().stream().limit(MOST_LINES).toList();
        Map<State, Integer> counts = new EnumMap<>(State.class);
        plan.lines().forEach(line -> counts.merge(line.state(), 1, Integer::sum));
        Map<TenantId, String> names = names(Stream.concat(
                        lines.stream().map(line -> line.source().tenant()),
                        plan.left().stream().limit(MOST_LEFT).map(left -> left.tenant()))
                .distinct()
                .toList());
        return new PlanView(
                plan.id().toString(),
                plan.madeAt(),
                plan.by(),
                plan.tenants(),
                FleetCostView.of(plan.cost()),
                counts,
                lines.stream()
                        .map(line -> Line.of(line, names.get(line.source().tenant())))
                        .toList(),
                plan.left().size(),
                plan.left().stream()
                        .limit(MOST_LEFT)
                        .map(left -> new Left(
                                left.tenant(),
                                names.get(left.tenant()),
                                left.kind().name(),
                                left.text()))
                        .toList());
    }

    private Line approve(Call call) {
        PlanLine line =
                plans.approve(new LineId(call.id("line")), call.visitor().by());
        return named(line);
    }

    private Line reject(Call call) {
        PlanLine line = plans.reject(new LineId(call.id("line")), call.visitor().by());
        return named(line);
    }

    private Line named(PlanLine line) {
        TenantId tenant = line.source().tenant();
        return Line.of(line, names(List.of(tenant)).get(tenant));
    }

    private Map<TenantId, String> names(Collection<TenantId> tenants) {
        return directory.transact(connection -> {
            Map<TenantId, String> names = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(
                    "select tenant_id, name from rehome_directory.tenant where tenant_id = any (?)")) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid", tenants.stream().map(TenantId::value).toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        names.put(TenantId.of(row.getObject(1, UUID.class)), row.getString(2));
                    }
                }
            }
            return names;
        });
    }
}
