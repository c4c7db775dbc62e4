package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;
import static dev.rehome.dashboard.Route.post;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.audit.AuditTrail;
import dev.rehome.audit.Deed;
import dev.rehome.automation.Nodes;
import dev.rehome.config.StrategyConfig;
import dev.rehome.cost.Cost;
import dev.rehome.cost.Pricing;
import dev.rehome.dashboard.MovesApi.Asked;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MovePreview;
import dev.rehome.move.Mover;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a tenant can be moved to, what a move there would meet, and its start: it is written down as the command line does, and whichever
 * process looks after moves runs it. Thread-safe.
 */
final class TenantMoveApi {
    /** At a time: each counts rows, and takes connections to both homes. */
    private static final int MOST_LOOKS = 2;
    /** A process that looks after moves says every second that it lives. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Supplier<StrategyConfig> strategy;
    private final Supplier<Mover> mover;
    private final MovesApi moves;
    private final JdbcDirectory directory;
    private final Nodes nodes;
    private final AuditTrail trail;
    private final Clock clock;
    private final Semaphore looks = new Semaphore(MOST_LOOKS);

    TenantMoveApi(DashboardSources sources, MovesApi moves, Clock clock) {
        this.strategy = sources.strategy();
        this.mover = sources.mover();
        this.moves = moves;
        this.clock = clock;
        this.directory = new JdbcDirectory(sources.directory());
        this.nodes = new Nodes(sources.directory());
        this.trail = new AuditTrail(sources.directory());
    }

    List<Route> routes() {
        return List.of(
                get("/tenants/{tenant}/targets", this::targets),
                post("/tenants/{tenant}/preview", this::preview),
                post("/tenants/{tenant}/move", this::start));
    }

    record Target(HomeView home, String region) {}

    /** @param region that the strategy wants the tenant in, whose servers alone are targets */
    record Targets(HomeView now, @Nullable String region, List<Target> targets) {}

    /** What it would meet, and what the tenant costs a month before and after. */
    record Look(PreviewView preview, String currency, Cost before, Cost after) {}

    private Targets targets(Call call) {
        StrategyConfig config = strategy.get();
        TenantId tenant = call.tenant();
        Home now = home(tenant);
        return new Targets(
                HomeView.of(now),
                config.rules().regionOf(tenant).orElse(null),
                MoveTargets.of(config, tenant, now).stream()
                        .map(home -> new Target(
                                HomeView.of(home),
                                config.servers().get(home.database().server()).region()))
                        .toList());
    }

    private Home home(TenantId tenant) {
        return directory
                .find(tenant)
                .map(Placement::home)
                .orElseThrow(() -> Refusal.notFound("tenant of that id that has a home"));
    }

    private Look preview(Call call) throws IOException {
        TenantId tenant = call.tenant();
        Home now = home(tenant);
        Home target = target(tenant, now, call.body());
        if (!looks.tryAcquire()) {
            throw new RehomeException(
                    ErrorKind.BUSY, MOST_LOOKS + " moves are being looked at already. Try again when they have been.");
        }
        try {
            MovePreview preview = mover.get().preview(tenant, target);
            Pricing pricing = new Pricing(strategy.get().prices());
            return new Look(
                    PreviewView.of(preview),
                    strategy.get().prices().currency(),
                    pricing.of(now.tier()),
                    pricing.of(target.tier()));
        } finally {
            looks.release();
        }
    }

    /** The move's journal has who started it; what was refused is in nobody's but the audit's. */
    private Asked start(Call call) throws IOException {
        TenantId tenant = call.tenant();
        String by = call.visitor().by();
        JsonNode body = call.body();
        Home target = target(tenant, home(tenant), body);
        Move move;
        try {
            move = mover.get().plan(tenant, target, body.path("hold").asBoolean(false), by);
        } catch (UnknownTenantException e) {
            throw e;
        } catch (RehomeException e) {
            trail.write(new Deed(
                    by, "DASHBOARD", "START", "tenant " + tenant, String.valueOf(e.getMessage()), Deed.outcomeOf(e)));
            throw e;
        }
        return new Asked(
                moves.view(move.id()),
                isLookedAfter()
                        ? "The move is written down. 'rehome serve' begins it within a minute, unless somebody else does."
                        : "The move is written down, and nobody looks after moves at the moment. Start 'rehome serve', or run"
                                + " 'rehome move run " + move.id() + "'.");
    }

    private boolean isLookedAfter() {
        Instant since = clock.instant().minus(SILENCE);
        return nodes.list().stream().anyMatch(node -> node.heardAt().isAfter(since));
    }

    private Home target(TenantId tenant, Home now, JsonNode body) {
        Tier tier = Tier.parse(text(body, "tier"));
        String server = text(body, "server");
        return MoveTargets.of(strategy.get(), tenant, now).stream()
                .filter(home -> home.tier() == tier && home.database().server().equals(server))
                .findFirst()
                .orElseThrow(() -> Refusal.bad("The tenant cannot be moved to tier " + tier + " on server '" + server
                        + "'. Choose one of its targets: another tier or server, in the region that it has to be in."));
    }

    private static String text(JsonNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || !value.isTextual()) {
            throw Refusal.bad(
                    "The body has no '" + name
                            + "'. Send {\"tier\": \"schema\", \"server\": \"default\"}, as GET /tenants/{tenant}/targets has them.");
        }
        return value.asText();
    }
}
