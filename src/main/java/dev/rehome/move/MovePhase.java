package dev.rehome.move;

import java.util.EnumSet;
import java.util.Set;

/**
 * The protocol: the phases of a move, what may follow each, and who serves the tenant meanwhile.
 *
 * <pre>
 * PLANNED → PREPARE → BACKFILL → CATCH_UP → VERIFY → CUTOVER → SOAK → RETIRE → DONE
 *    └─────────┴─────────┴──────────┴─────────┴────────┴→ CANCEL → CANCELLED
 *                                                        SOAK → ROLL_BACK → ROLLED_BACK
 * </pre>
 */
public enum MovePhase {
    /** Written down, nothing done. */
    PLANNED(Serving.SOURCE),
    /** Creates the target home and looks whether the move and the way back are possible. */
    PREPARE(Serving.SOURCE),
    /** Switches change capture on, then copies what existed. */
    BACKFILL(Serving.SOURCE),
    /** Applies what changed since, until little is left. */
    CATCH_UP(Serving.SOURCE),
    /** Compares both sides by counts and checksums, and repairs. */
    VERIFY(Serving.SOURCE),
    /** Fences the tenant, drains the last changes and switches reads and writes at once. */
    CUTOVER(Serving.SOURCE),
    /** Keeps the old home current, so that a roll-back loses nothing. */
    SOAK(Serving.TARGET),
    /** Removes the old home's copy. */
    RETIRE(Serving.TARGET),
    /** The tenant lives in the target. */
    DONE(Serving.TARGET),
    /** The cutover in the other direction, and the removal of the target's copy. */
    ROLL_BACK(Serving.TARGET),
    /** The tenant lives in the source again, with everything written meanwhile. */
    ROLLED_BACK(Serving.SOURCE),
    /** Removes what was made of a move that is given up before its cutover. There is no way back into the move. */
    CANCEL(Serving.SOURCE),
    /** Given up before the cutover; the tenant never left. */
    CANCELLED(Serving.SOURCE);

    /** Which home serves the tenant when a phase begins. */
    public enum Serving {
        SOURCE,
        TARGET
    }

    private final Serving serving;

    MovePhase(Serving serving) {
        this.serving = serving;
    }

    public Serving serving() {
        return serving;
    }

    /** What may follow this phase; empty for a terminal one. */
    public Set<MovePhase> next() {
        return switch (this) {
            case PLANNED -> EnumSet.of(PREPARE, CANCEL);
            case PREPARE -> EnumSet.of(BACKFILL, CANCEL);
            case BACKFILL -> EnumSet.of(CATCH_UP, CANCEL);
            case CATCH_UP -> EnumSet.of(VERIFY, CANCEL);
            case VERIFY -> EnumSet.of(CUTOVER, CANCEL);
            case CUTOVER -> EnumSet.of(SOAK, CANCEL);
            case SOAK -> EnumSet.of(RETIRE, ROLL_BACK);
            case RETIRE -> EnumSet.of(DONE);
            case ROLL_BACK -> EnumSet.of(ROLLED_BACK);
            case CANCEL -> EnumSet.of(CANCELLED);
            case DONE, ROLLED_BACK, CANCELLED -> EnumSet.noneOf(MovePhase.class);
        };
    }

    public boolean isTerminal() {
        return next().isEmpty();
    }

    /** Whether the move can still be given up as if it had never begun. */
    public boolean isCancellable() {
        return next().contains(CANCEL);
    }

    /** The phase that follows when this one has done its work; {@code SOAK} can also turn back. */
    MovePhase successor() {
        return next().stream()
                .filter(phase -> phase != CANCEL && phase != ROLL_BACK)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(this + " is terminal."));
    }
}
