package dev.rehome.move;

import dev.rehome.fence.Lease;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;

/**
 * One move of one tenant, as the journal has it. Immutable.
 *
 * @param source the placement that the tenant had when the move was planned
 * @param lease of whoever runs it; who does not have it must not write for this move (R7)
 */
public record Move(MoveId id, Placement source, Home target, MovePhase phase, Lease lease) {

    public TenantId tenant() {
        return source.tenant();
    }

    Move at(MovePhase next) {
        return new Move(id, source, target, next, lease);
    }

    /** The placement that the cutover makes. */
    Placement moved() {
        return source.movedTo(target);
    }

    /** The placement that a roll-back makes: the old home, at an epoch that nobody has seen yet. */
    Placement movedBack() {
        return moved().movedTo(source.home());
    }

    /** What the application names of this run's connections end with, so that whoever takes the move over can end them. */
    String tag() {
        return id + "/" + lease.number();
    }
}
