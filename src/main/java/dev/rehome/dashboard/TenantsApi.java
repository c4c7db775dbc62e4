package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;
import static dev.rehome.dashboard.Route.post;

import dev.rehome.audit.AuditFilter;
import dev.rehome.audit.AuditTrail;
import dev.rehome.dashboard.TenantPages.Order;
import dev.rehome.dashboard.TenantPages.Wanted;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.LifeEntry;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeOperation;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantRecord;
import dev.rehome.move.MoveJournal;
import dev.rehome.placement.JdbcTenantHosts;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tenants: in pages, and one with all that the directory knows of it. Thread-safe. */
final class TenantsApi {
    private static final int USUAL_SIZE = 50;
    private static final int LARGEST_SIZE = 200;
    private static final int LAST_PAGE = 1_000_000;
    private static final int MOST_MOVES = 50;
    private static final int MOST_DEEDS = 50;
    private static final Duration HISTORY = Duration.ofDays(90);

    private final TenantPages pages;
    private final LifeJournal lives;
    private final JdbcTenantHosts hosts;
    private final MoveJournal journal;
    private final MovesApi moves;
    private final StatisticsDirectory statistics;
    private final AuditTrail trail;
    private final Checks checks;
    private final Clock clock;

    TenantsApi(ConnectionSource directory, MovesApi moves, Checks checks, Clock clock) {
        this.pages = new TenantPages(directory);
        this.lives = new LifeJournal(directory);
        this.hosts = new JdbcTenantHosts(directory);
        this.journal = new MoveJournal(directory);
        this.statistics = new StatisticsDirectory(directory);
        this.trail = new AuditTrail(directory);
        this.moves = moves;
        this.checks = checks;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                get("/tenants", this::page),
                get("/tenants/{tenant}", this::one),
                get("/tenants/{tenant}/check", call -> checks.view(call.tenant())),
                post("/tenants/{tenant}/check", this::check));
    }

    private Object page(Call call) {
        Wanted wanted = new Wanted(
                call.parameter("q"),
                call.parameter("state", LifeState.class),
                call.parameter("tier", Tier.class),
                call.parameter("server"),
                call.parameter("moving").map("true"::equals).orElse(false));
        return pages.read(
                wanted,
                call.parameter("sort", Order.class).orElse(Order.NAME),
                call.parameter("order").map("desc"::equals).orElse(false),
                call.number("page", 0, 0, LAST_PAGE),
                call.number("size", USUAL_SIZE, 1, LARGEST_SIZE));
    }

    /** @param unended what was begun with it and has to be repeated */
    record State(
            String state,
            Instant since,
            @Nullable String unended,
            @Nullable Instant deletionDueAt,
            boolean archived) {
        static State of(TenantRecord record) {
            return new State(
                    record.state().name(),
                    record.since(),
                    record.unended().map(LifeOperation::word).orElse(null),
                    record.dueAt().orElse(null),
                    record.archive().isPresent());
        }
    }

    record Entry(Instant at, String by, String operation, String note) {
        static Entry of(LifeEntry entry) {
            return new Entry(entry.writtenAt(), entry.by(), entry.operation().name(), entry.note());
        }
    }

    /**
     * All that the directory knows of a tenant.
     *
     * @param home absent if no home has it
     * @param moves the newest first: with their figures they are the history of its placements
     * @param statistics absent before anything was measured
     */
    record Detail(
            TenantId tenant,
            @Nullable String name,
            State life,
            @Nullable HomeView home,
            @Nullable Long epoch,
            List<String> hosts,
            List<MoveView> moves,
            List<Entry> journal,
            @Nullable StatisticsView statistics,
            List<StatisticsView> history,
            List<AuditApi.Entry> audit,
            Check.View check) {}

    private Detail one(Call call) {
        TenantId tenant = call.tenant();
        TenantRecord record = lives.find(tenant).orElseThrow(() -> Refusal.notFound("tenant of that id"));
        return new Detail(
                tenant,
                record.name().orElse(null),
                State.of(record),
                record.placement().map(Placement::home).map(HomeView::of).orElse(null),
                record.placement().map(placement -> placement.epoch().value()).orElse(null),
                hosts.of(tenant).stream().map(Object::toString).toList(),
                moves.views(journal.of(tenant, MOST_MOVES)),
                lives.entries(tenant).stream().map(Entry::of).toList(),
                statistics.of(tenant).map(StatisticsView::of).orElse(null),
                statistics.history(tenant, clock.instant().minus(HISTORY)).stream()
                        .map(StatisticsView::of)
                        .toList(),
                trail.recent(AuditFilter.of(tenant), MOST_DEEDS).stream()
                        .map(AuditApi.Entry::of)
                        .toList(),
                checks.view(tenant));
    }

    private Object check(Call call) {
        TenantId tenant = call.tenant();
        if (lives.find(tenant).isEmpty()) {
            throw Refusal.notFound("tenant of that id");
        }
        return checks.run(tenant, call.visitor());
    }
}
