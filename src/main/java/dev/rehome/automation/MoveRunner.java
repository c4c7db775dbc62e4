package dev.rehome.automation;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.crew.MoveCrew;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import dev.rehome.move.crew.MoveResult;
import dev.rehome.strategy.PlanLine;
import dev.rehome.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs, in this process, moves that nobody runs: those that plans have begun, others when nobody has come for them for a
 * while, soaks when they are over. Several processes look for the same ones; the lease of a move says who has it. Thread-safe.
 */
final class MoveRunner implements AutoCloseable {
    /** Nobody has so many under way. */
    static final int MOST_MOVES = 10_000;
    /** Whoever plans a move by hand runs it at once; whoever leaves one may come back. */
    private static final Duration OTHERS_GRACE = Duration.ofSeconds(30);
    /** An operator who applies a plan runs its moves at once. */
    private static final Duration PLANNED_GRACE = Duration.ofSeconds(2);

    private static final Duration FIRST_REST = Duration.ofSeconds(10);
    private static final Duration LONGEST_REST = Duration.ofMinutes(30);
    /** After so many failures a move that a plan has begun is given up. */
    private static final int MOST_FAILURES = 5;

    private final NodeTools tools;
    private final AutomationListener listener;
    private final MoveCrew crew;
    private final Set<MoveId> hand = new HashSet<>();
    private final Map<MoveId, Instant> unrunSince = new HashMap<>();
    private final Map<MoveId, Failing> failing = new HashMap<>();

    /** A move that has failed here. */
    private static final class Failing {
        private final Backoff backoff = new Backoff(FIRST_REST, LONGEST_REST);
        private int failures;
        private Instant notBefore = Instant.MIN;
    }

    MoveRunner(NodeTools tools, AutomationListener listener) {
        this.tools = tools;
        this.listener = listener;
        this.crew = new MoveCrew(tools.mover(), tools.options().soak(), Soaking.LEAVE, false, new Crowd());
        crew.begin(tools.config().automation().moves());
    }

    /** Takes up what nobody runs, as far as there is room here. */
    void look() {
        Instant now = tools.clock().instant();
        Set<MoveId> planned = tools.plans().running().stream()
                .map(PlanLine::move)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        List<MoveStatus> open = tools.journal().list(false, MOST_MOVES);
        synchronized (hand) {
            Set<MoveId> known = open.stream().map(status -> status.move().id()).collect(Collectors.toSet());
            unrunSince.keySet().retainAll(known);
            failing.keySet().retainAll(known);
            for (int i = open.size() - 1; i >= 0; i--) { // the oldest first
                MoveStatus status = open.get(i);
                MoveId id = status.move().id();
                if (status.isRunAt(now) || !isDue(status, now, tools.options())) {
                    unrunSince.remove(id);
                } else if (hand.size() < tools.config().automation().moves() && isMine(status, now, planned)) {
                    hand.add(id);
                    crew.add(Job.of(status.move()));
                }
            }
        }
    }

    /** Whether there is something to do for whoever runs it: soaking is not, before it is over. */
    static boolean isDue(MoveStatus status, Instant now, MoveOptions options) {
        if (status.request().equals(Optional.of(MoveRequest.PAUSE))) {
            return false;
        }
        return status.move().phase() != MovePhase.SOAK
                || status.request().isPresent()
                || !options.rollback()
                || status.inPhaseAt(now).compareTo(options.soak()) >= 0;
    }

    private boolean isMine(MoveStatus status, Instant now, Set<MoveId> planned) {
        MoveId id = status.move().id();
        if (hand.contains(id)) {
            return false;
        }
        if (status.failure().isPresent()) {
            // It failed here, or elsewhere before anybody here knew of it.
            Failing known = failing.computeIfAbsent(id, first -> failed(new Failing(), now));
            return !known.notBefore.isAfter(now);
        }
        Instant since = Objects.requireNonNull(unrunSince.computeIfAbsent(id, first -> now));
        return !since.plus(planned.contains(id) ? PLANNED_GRACE : OTHERS_GRACE).isAfter(now);
    }

    private static Failing failed(Failing move, Instant now) {
        move.notBefore = now.plus(move.backoff.next());
        return move;
    }

    /** How many it has in hand. */
    int moves() {
        synchronized (hand) {
            return hand.size();
        }
    }

    /** Leaves the moves as they are, for other processes or the next one to go on with. */
    @Override
    public void close() {
        crew.close();
    }

    private void left(MoveResult result) {
        MoveId id = result.id();
        if (id == null) {
            return;
        }
        boolean givenUp;
        synchronized (hand) {
            hand.remove(id);
            RehomeException failure = result.failure();
            if (failure == null || (failure.kind() == ErrorKind.BUSY && result.phase() == null)) {
                failing.remove(id); // or another process has been quicker
                givenUp = false;
            } else {
                Failing move = failed(
                        failing.computeIfAbsent(id, first -> new Failing()),
                        tools.clock().instant());
                move.failures++;
                givenUp = move.failures == MOST_FAILURES;
            }
        }
        if (givenUp) {
            giveUp(id);
        }
        listener.moveLeft(result);
    }

    /** A tenant must not be kept in a move that comes to nothing. Moves by hand are their operators'. */
    private void giveUp(MoveId id) {
        boolean planned =
                tools.plans().running().stream().anyMatch(line -> line.move().equals(Optional.of(id)));
        Optional<Move> move =
                tools.journal().find(id).filter(each -> each.phase().isCancellable());
        if (planned && move.isPresent()) {
            tools.journal().request(id, MoveRequest.CANCEL, PlanRound.WHO + ", after " + MOST_FAILURES + " failures");
        }
    }

    private final class Crowd implements MoveCrew.Audience {
        @Override
        public MoveListener listener(MoveId id) {
            return new MoveNews(listener);
        }

        @Override
        public void waiting(String reason) {}

        @Override
        public void ended(MoveResult result) {
            try {
                left(result);
            } catch (RehomeException e) {
                listener.dutyFailed("run moves", e.getMessage());
            }
        }
    }
}
