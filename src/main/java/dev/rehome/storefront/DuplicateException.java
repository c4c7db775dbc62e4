package dev.rehome.storefront;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** The storefront already has one with this e-mail or external id. The unit of work is rolled back. */
public final class DuplicateException extends RehomeException {
    private static final long serialVersionUID = 1L;

    DuplicateException(String what, Throwable cause) {
        super(ErrorKind.USER, "This storefront already has " + what + ". Look for it, or choose another.", cause);
    }
}
