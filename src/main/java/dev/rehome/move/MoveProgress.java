package dev.rehome.move;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a move is. Immutable.
 *
 * @param rowsTotal rows to copy; zero before they are counted
 * @param lagRows changes captured and not yet applied
 * @param elapsed since this run of the phase began
 */
public record MoveProgress(
        MovePhase phase, long rowsDone, long rowsTotal, long bytesDone, long lagRows, Duration elapsed) {

    public double rowsPerSecond() {
        return perSecond(rowsDone);
    }

    public double bytesPerSecond() {
        return perSecond(bytesDone);
    }

    /** Time left at the rate so far; empty before there is one. */
    public Optional<Duration> remaining() {
        double rate = rowsPerSecond();
        return rate == 0 || rowsTotal == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.round(Math.max(0, rowsTotal - rowsDone) / rate * 1000)));
    }

    private double perSecond(long amount) {
        return elapsed.isZero() ? 0 : amount / (elapsed.toNanos() / 1e9);
    }
}
