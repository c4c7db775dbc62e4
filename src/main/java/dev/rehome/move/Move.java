package dev.rehome.move;

import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.util.UUID;

/**
 * One move of one tenant, as the journal has it. Immutable.
 *
 * @param source the placement that the tenant had when the move was planned
 * @param leaseToken whoever does not have it must not write for this move (R7)
 */
public record Move(MoveId id, Placement source, Home target, MovePhase phase, UUID leaseToken) {

    public TenantId tenant() {
        return source.tenant();
    }

    Move at(MovePhase next) {
        return new Move(id, source, target, next, leaseToken);
    }

    /** The placement that the cutover makes. */
    Placement moved() {
        return source.movedTo(target);
    }

    /** The placement that a roll-back makes: the old home, at an epoch that nobody has seen yet. */
    Placement movedBack() {
        return moved().movedTo(source.home());
    }
}
