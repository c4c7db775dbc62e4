package dev.rehome.move;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a move stands, as the directory has it. Immutable.
 *
 * @param holdCutover whether its cutover waits for {@link MoveRequest#CUTOVER}
 * @param request what the operator wants and has not got yet
 * @param holder who runs it: host, process; empty if nobody does
 * @param leaseUntil by when the holder has to be heard of again, or when it gave the move back; empty if nobody has run it, or it has ended
 * @param waitingFor why it does not get on at the moment
 * @param waitingSince since when it has been waiting without a break
 * @param restingSince since when that has been to give a server rest
 * @param failure why it stands still
 * @param progress of the phase, as its mover last said
 */
public record MoveStatus(
        Move move,
        Instant startedAt,
        Instant phaseSince,
        Optional<Instant> finishedAt,
        boolean holdCutover,
        Optional<MoveRequest> request,
        Optional<String> holder,
        Optional<Instant> leaseUntil,
        Optional<String> waitingFor,
        Optional<Instant> waitingSince,
        Optional<Instant> restingSince,
        Optional<String> failure,
        MoveProgress progress) {

    /** Whether some process has promised to be heard of at this time. */
    public boolean isRunAt(Instant now) {
        return leaseUntil.map(until -> until.isAfter(now)).orElse(false);
    }

    /** How long it has been in its phase. */
    public Duration inPhaseAt(Instant now) {
        return Duration.between(phaseSince, finishedAt.orElse(now));
    }
}
