package dev.rehome.watch;

import dev.rehome.config.StrategyConfig;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which moves somebody should look at, by what the operator has configured. Immutable.
 *
 * @param pauseBudget the longest that a cutover may hold requests up
 * @param soak how long the old home is kept current
 * @param verifyInterval between full comparisons meanwhile
 * @param waits how long a move may wait
 * @param unvisited how long a move that soaks may be without anybody: whoever looks after several visits each now and then
 */
public record MoveConcerns(
        Duration pauseBudget, Duration soak, Duration verifyInterval, Duration waits, Duration unvisited) {
    /** A soak is about to end in the last tenth of its time. */
    private static final int LAST_PART = 10;
    /** A visit may come late, and take its time. */
    private static final int MISSED_VISITS = 5;

    public static MoveConcerns of(StrategyConfig strategy) {
        return new MoveConcerns(
                strategy.migration().cutover().maxPause(),
                strategy.migration().dualWriteDuration(),
                strategy.migration().verifyInterval(),
                strategy.alerts().moveWaits(),
                strategy.automation().soaks().multipliedBy(MISSED_VISITS));
    }

    /** Nobody runs it, though it has begun, has not failed and was not paused: its mover has died or was stopped. */
    public boolean isUnattended(MoveStatus status, Instant at) {
        return status.move().phase() != MovePhase.PLANNED
                && status.failure().isEmpty()
                && !status.request().equals(Optional.of(MoveRequest.PAUSE))
                && !status.isRunAt(status.move().phase() == MovePhase.SOAK ? at.minus(unvisited) : at);
    }

    /** It has failed, and goes on only if somebody says so. */
    public boolean isStopped(MoveStatus status) {
        return status.failure().isPresent();
    }

    /** It has been waiting for something other than an operator or the end of its soak for too long. */
    public boolean isStuck(MoveStatus status, Instant at) {
        return status.move().phase() != MovePhase.SOAK
                && !status.holdCutover()
                && status.isRunAt(at)
                && status.waitingSince()
                        .map(since -> Duration.between(since, at).compareTo(waits) > 0)
                        .orElse(false);
    }

    /** How long it has been giving a server rest; zero if it does not. */
    public Duration rest(MoveStatus status, Instant at) {
        return status.isRunAt(at)
                ? status.restingSince()
                        .map(since -> Duration.between(since, at))
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    /** What is left of its soak; empty in other phases. Negative if it is overdue. */
    public Optional<Duration> soakLeft(MoveStatus status, Instant at) {
        return status.move().phase() == MovePhase.SOAK
                ? Optional.of(soak.minus(status.inPhaseAt(at)))
                : Optional.empty();
    }

    /** Its soak is about to end, and no comparison of late says that the old home may go: it will not be removed (R8). */
    public boolean endsUnverified(MoveStatus status, FleetState state) {
        Optional<Duration> left = soakLeft(status, state.at());
        if (left.isEmpty() || left.get().compareTo(soak.dividedBy(LAST_PART)) > 0) {
            return false;
        }
        FleetState.Verification latest = state.verifications().get(status.move().id());
        Instant oldest = state.at().minus(verifyInterval.multipliedBy(2));
        return latest == null || !latest.isEqual() || latest.endedAt().isBefore(oldest);
    }
}
