package dev.rehome.cdi;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import org.jspecify.annotations.Nullable;

/** A unit of work ended as if all were well, but something in it had failed: it was rolled back, nothing of it is stored. */
public final class UnitRolledBackException extends RehomeException {
    private static final long serialVersionUID = 1L;

    /** @param failure what made the unit roll back; null if it was marked so without one */
    public UnitRolledBackException(@Nullable Throwable failure) {
        super(
                ErrorKind.USER,
                "The unit of work was rolled back, because a failure inside it was caught and not passed on. Let the"
                        + " failure through, or give the call that may fail a unit of its own (REQUIRES_NEW).",
                failure);
    }
}
