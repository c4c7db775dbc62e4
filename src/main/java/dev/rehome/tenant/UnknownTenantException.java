package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** The tenant is not in the directory. */
public final class UnknownTenantException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public UnknownTenantException(TenantId tenant) {
        super(ErrorKind.USER, "Tenant " + tenant + " is unknown. Create it first.");
    }
}
