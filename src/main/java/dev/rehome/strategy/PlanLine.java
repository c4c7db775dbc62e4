package dev.rehome.strategy;

import dev.rehome.cost.Cost;
import dev.rehome.move.MoveId;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One move that the strategy wishes, and what was decided about it. Immutable.
 *
 * @param source where the tenant lives, at which epoch
 * @param bytes how much it has there, indexes included; empty if nobody knows
 * @param before what the tenant costs a month where it is
 * @param after what it would cost at the target
 * @param wishedSince since when every plan has wished this
 * @param by who approved or rejected it; empty as long as it is proposed
 * @param move that carries it out, once it runs
 * @param failure why it has failed
 */
public record PlanLine(
        LineId id,
        Placement source,
        Home target,
        Reason reason,
        OptionalLong bytes,
        Expectation expected,
        Cost before,
        Cost after,
        Instant wishedSince,
        State state,
        Optional<String> by,
        Optional<Instant> decidedAt,
        Optional<MoveId> move,
        Optional<String> failure) {

    /** How a line stands. */
    public enum State {
        /** Waits for a decision. */
        PROPOSED,
        /** May be carried out. */
        APPROVED,
        /** Is not carried out, and not proposed again as long as it is wished without a break. */
        REJECTED,
        /** A move carries it out. */
        RUNNING,
        /** The tenant lives in the target. */
        DONE,
        /** Its move was cancelled or rolled back, or could not be planned. */
        FAILED,
        /** The strategy no longer wishes it. */
        WITHDRAWN;

        /** Whether something may still become of it. */
        public boolean isOpen() {
            return this == PROPOSED || this == APPROVED || this == RUNNING;
        }
    }

    public TenantId tenant() {
        return source.tenant();
    }

    /** The earlier line, with the reason and figures of this one. */
    PlanLine as(PlanLine earlier) {
        return new PlanLine(
                earlier.id,
                source,
                target,
                reason,
                bytes,
                expected,
                before,
                after,
                earlier.wishedSince,
                earlier.state,
                earlier.by,
                earlier.decidedAt,
                earlier.move,
                earlier.failure);
    }

    /** Whether both wish the same move of the same tenant, from wherever it is at the time. */
    boolean wishesTheSameAs(PlanLine other) {
        return tenant().equals(other.tenant()) && target.equals(other.target);
    }
}
