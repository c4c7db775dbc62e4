package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** Work for one tenant was started inside a running unit of work of another. */
public final class TenantMismatchException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public TenantMismatchException(TenantId running, TenantId asked) {
        super(
                ErrorKind.USER,
                "A unit of work of tenant " + running + " is running; work for tenant " + asked
                        + " must wait until it has ended, or use a thread of its own.");
    }
}
