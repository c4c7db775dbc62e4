package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;
import static dev.rehome.dashboard.Route.post;

import dev.rehome.audit.AuditTrail;
import dev.rehome.audit.Deed;
import dev.rehome.dashboard.MoveFigures.Named;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.tenant.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Moves: how they stand, and what an operator asks of them. Asking writes the same request into the directory as the command line
 * does; whichever process runs the move carries it out. Thread-safe.
 */
final class MovesApi {
    private static final int USUAL = 100;
    private static final int MOST = 500;
    /** A move that has just ended stays in sight for as long. */
    private static final Duration RECENT = Duration.ofMinutes(2);

    private final MoveJournal journal;
    private final MoveFigures figures;
    private final AuditTrail trail;
    private final Clock clock;

    MovesApi(ConnectionSource directory, Clock clock) {
        this.journal = new MoveJournal(directory);
        this.figures = new MoveFigures(directory);
        this.trail = new AuditTrail(directory);
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                get("/moves", this::list),
                get("/moves/{move}", this::one),
                post("/moves/{move}/pause", call -> ask(call, MoveRequest.PAUSE)),
                post("/moves/{move}/resume", this::resume),
                post("/moves/{move}/cutover", call -> ask(call, MoveRequest.CUTOVER)),
                post("/moves/{move}/cancel", call -> ask(call, MoveRequest.CANCEL)),
                post("/moves/{move}/rollback", call -> ask(call, MoveRequest.ROLL_BACK)),
                post("/moves/{move}/retire", call -> ask(call, MoveRequest.RETIRE)));
    }

    record Moves(List<MoveView> moves) {}

    record MoveDetail(MoveView move, List<MoveView.Line> journal, List<MoveView.Verification> verifications) {}

    /** @param message what happens now, for people */
    record Asked(MoveView move, String message) {}

    private Moves list(Call call) {
        boolean ended = call.parameter("ended").map("true"::equals).orElse(false);
        int limit = call.number("limit", USUAL, 1, MOST);
        Optional<UUID> tenant =
                call.parameter("tenant").map(text -> TenantId.parse(text).value());
        return new Moves(
                tenant.isPresent()
                        ? views(journal.of(TenantId.of(tenant.get()), limit))
                        : views(journal.list(ended, limit)));
    }

    /** Those that have not ended, and those that have a moment ago. */
    Moves live() {
        Instant since = clock.instant().minus(RECENT);
        Stream<MoveStatus> ended = journal.list(true, USUAL).stream()
                .filter(status -> status.finishedAt().map(since::isBefore).orElse(false));
        return new Moves(
                views(Stream.concat(journal.list(false, MOST).stream(), ended).toList()));
    }

    List<MoveView> views(List<MoveStatus> statuses) {
        Map<MoveId, Named> named =
                figures.of(statuses.stream().map(status -> status.move().id()).toList());
        Instant now = clock.instant();
        return statuses.stream().map(status -> view(status, now, named)).toList();
    }

    private static MoveView view(MoveStatus status, Instant now, Map<MoveId, Named> named) {
        Named own = named.get(status.move().id());
        return MoveView.of(status, now, own == null ? null : own.tenantName(), own == null ? null : own.figures());
    }

    private MoveDetail one(Call call) {
        MoveStatus status = find(call);
        MoveId id = status.move().id();
        return new MoveDetail(
                views(List.of(status)).get(0),
                journal.lines(id).stream().map(MoveView.Line::of).toList(),
                journal.verifications().of(status.move()).stream()
                        .map(MoveView.Verification::of)
                        .toList());
    }

    private MoveStatus find(Call call) {
        return journal.status(new MoveId(call.id("move"))).orElseThrow(() -> Refusal.notFound("move of that id"));
    }

    MoveView view(MoveId id) {
        MoveStatus status = journal.status(id).orElseThrow(() -> Refusal.notFound("move of that id"));
        return views(List.of(status)).get(0);
    }

    private Asked ask(Call call, MoveRequest request) {
        return change(call, request.name(), (id, by) -> journal.request(id, request, by));
    }

    private Asked resume(Call call) {
        return change(call, MoveView.RESUME, journal::resume);
    }

    /** The journal has what was asked; what was refused is in nobody's but the audit's. */
    private Asked change(Call call, String action, BiConsumer<MoveId, String> change) {
        MoveId id = find(call).move().id();
        String by = call.visitor().by();
        try {
            change.accept(id, by);
        } catch (RehomeException e) {
            trail.write(new Deed(by, "DASHBOARD", action, id.toString(), e.getMessage(), Deed.outcomeOf(e)));
            throw e;
        }
        MoveStatus status = journal.status(id).orElseThrow(() -> Refusal.notFound("move of that id"));
        String asked = action.toLowerCase(Locale.ROOT).replace('_', ' ');
        String message = status.move().phase().isTerminal()
                ? "The move has ended: " + status.move().phase() + "."
                : "Asked to " + asked + ". "
                        + (status.isRunAt(clock.instant())
                                ? status.holder().orElse("Its process") + " does so."
                                : "Nobody runs the move at the moment; whoever takes it up does so.");
        return new Asked(views(List.of(status)).get(0), message);
    }
}
