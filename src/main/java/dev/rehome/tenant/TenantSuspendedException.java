package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** The tenant exists but an operator has suspended it. */
public final class TenantSuspendedException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public TenantSuspendedException(TenantId tenant) {
        super(ErrorKind.USER, "Tenant " + tenant + " is suspended. An operator can resume it.");
    }
}
