package dev.rehome.tenant;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/**
 * The tenant's home has not run a changeset that the application needs. Heals when it has: the home is asked again by the next
 * transaction.
 */
public final class HomeTooOldException extends RehomeException {
    private static final long serialVersionUID = 1L;

    public HomeTooOldException(TenantId tenant, String home, String changeset) {
        super(
                ErrorKind.BUSY,
                "The home of tenant " + tenant + ", " + home + ", has not run changeset '" + changeset
                        + "', which this application needs. Run 'rehome schema migrate'; then try again.");
    }
}
