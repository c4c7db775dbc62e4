package dev.rehome.dashboard;

import dev.rehome.audit.AuditTrail;
import dev.rehome.config.StrategyConfig;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.watch.FleetChecks;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Every address below {@code /api/v1}, and what stands behind it. Thread-safe. */
final class Routes implements AutoCloseable {
    static final String PREFIX = "/api/v1";

    private final Access access;
    private final Checks checks;
    private final EventHub hub;
    private final List<Route> all = new ArrayList<>();

    Routes(DashboardSources sources, Access access, Clock clock) {
        this.access = access;
        ConnectionSource directory = sources.directory();
        Supplier<StrategyConfig> strategy = sources.strategy();
        FleetChecks kept = new FleetChecks(directory);
        this.checks = new Checks(
                CheckResults.all(sources.levels(), sources.drift(), sources.doctor(), kept),
                CheckResults.ofTenant(sources.tenantCheck()),
                new KeptChecks(kept),
                new AuditTrail(directory),
                clock);
        MovesApi moves = new MovesApi(directory, clock);
        Map<String, Supplier<Object>> states = new LinkedHashMap<>();
        states.put("moves", moves::live);
        AlertsApi alerts = new AlertsApi(sources.alerts());
        states.put("checks", checks::summaries);
        states.put("alerts", alerts::firing);
        this.hub = new EventHub(states);
        all.addAll(new SessionApi(access).routes());
        all.addAll(new FleetApi(directory, strategy, clock).routes());
        all.addAll(new TenantsApi(directory, moves, checks, clock).routes());
        all.addAll(new TenantMoveApi(sources, moves, clock).routes());
        all.addAll(moves.routes());
        all.addAll(new PlanApi(directory).routes());
        all.addAll(new AutomationApi(directory).routes());
        all.addAll(new SchemaApi(directory, strategy, checks).routes());
        all.addAll(new ChecksApi(checks).routes());
        all.addAll(alerts.routes());
        all.addAll(new ServersApi(directory, strategy, clock).routes());
        all.addAll(new AuditApi(directory).routes());
        all.add(Route.get("/events", this::watch));
    }

    List<Route> all() {
        return List.copyOf(all);
    }

    int watching() {
        return hub.watching();
    }

    /** Whoever came with a cookie watches as long as that is good. */
    private @Nullable Object watch(Call call) throws IOException {
        boolean byCookie = call.request().getHeader("Authorization") == null;
        String secret = byCookie ? access.secretOf(call.request()) : "";
        BooleanSupplier mayStay = byCookie ? () -> access.isGood(secret) : () -> true;
        hub.watch(call, mayStay);
        return null;
    }

    @Override
    public void close() {
        hub.close();
        checks.close();
    }
}
