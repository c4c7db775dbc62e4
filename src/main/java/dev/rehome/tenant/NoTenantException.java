package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** Work that needs a tenant was started without one. */
public final class NoTenantException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public NoTenantException() {
        super(ErrorKind.USER, "No tenant is set on this thread. Wrap the call in TenantContext.call(tenant, ...).");
    }
}
