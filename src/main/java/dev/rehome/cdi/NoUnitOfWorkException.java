package dev.rehome.cdi;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** An injected session was used while no unit of work was running on the thread. */
public final class NoUnitOfWorkException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public NoUnitOfWorkException() {
        super(
                ErrorKind.USER,
                "No unit of work is running on this thread. Use the session in a method that is @Transactional,"
                        + " and call that method through an injected reference.");
    }
}
