package dev.rehome.storefront;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** The state in which the order or cart is does not allow what was asked. */
public final class RefusedException extends RehomeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(ErrorKind.USER, message);
    }
}
