package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** The tenant exists, and all its rows are in a file. */
public final class TenantArchivedException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public TenantArchivedException(TenantId tenant) {
        super(ErrorKind.USER, "Tenant " + tenant + " is archived. An operator can restore it.");
    }
}
