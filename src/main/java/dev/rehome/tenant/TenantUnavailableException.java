package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import org.jspecify.annotations.Nullable;

/** No connection to the tenant's home could be had before the deadline. The message says what was waited for. */
public final class TenantUnavailableException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public TenantUnavailableException(TenantId tenant, String waitedFor, @Nullable Throwable cause) {
        super(ErrorKind.BUSY, "Tenant " + tenant + " could not be served in time: " + waitedFor, cause);
    }
}
