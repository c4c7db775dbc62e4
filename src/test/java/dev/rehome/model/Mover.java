package dev.rehome.model;

import dev.rehome.move.MovePhase;
import java.util.Arrays;

/** One process that runs the move, and what it has in memory. */
final class Mover {
    private static final MovePhase[] PHASES = MovePhase.values();
    private static final Position[] POSITIONS = Position.values();

    /** 0 if there is no such process. */
    int lease;

    /** As it believes; the journal may be further if somebody has taken over. */
    MovePhase phase = MovePhase.PLANNED;

    Position at = Position.CLAIM_SOURCE;
    /** As of its snapshot, of the backfill or of a pass. */
    final int[] rows = new int[State.KEYS];
    /** The change rows that its pass has seen and not forgotten yet, as {@link Database#changes}. */
    final int[] seen = new int[State.KEYS];
    /** Keys that are not known to be equal on both sides, one bit each. */
    int unverified;

    /** Whether it has found both sides equal in this phase. */
    boolean verdict;
    /** One more than the database whose exclusive lock it holds; 0 for none. */
    int fence;

    boolean lives() {
        return lease > 0;
    }

    /** Before the cutover changes flow to the target, afterwards back. */
    int from() {
        return phase.serving() == MovePhase.Serving.SOURCE ? State.SOURCE : State.TARGET;
    }

    int to() {
        return 1 - from();
    }

    /** The epoch that the cutover of this phase makes. */
    int next() {
        return from() == State.SOURCE ? 2 : 3;
    }

    /** The epoch of where the tenant lives until then. */
    int current() {
        return next() - 1;
    }

    void begin(MovePhase next) {
        phase = next;
        at = Position.BEGIN;
        verdict = false;
        if (next == MovePhase.CANCEL) {
            unverified = 0;
        }
    }

    void forget() {
        Arrays.fill(rows, 0);
        Arrays.fill(seen, 0);
    }

    /** Its memory is gone, and what it had not committed is rolled back. */
    void die() {
        forget();
        lease = 0;
        phase = MovePhase.PLANNED;
        at = Position.CLAIM_SOURCE;
        unverified = 0;
        verdict = false;
        fence = 0;
    }

    void exchange(Bits bits) {
        lease = bits.number(lease, 2);
        phase = bits.constant(phase, PHASES);
        at = bits.constant(at, POSITIONS);
        bits.numbers(rows, 3);
        bits.numbers(seen, Settings.MOST_WRITES + 1);
        unverified = bits.number(unverified, State.KEYS);
        verdict = bits.flag(verdict);
        fence = bits.number(fence, 2);
    }
}
