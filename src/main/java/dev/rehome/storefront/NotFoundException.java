package dev.rehome.storefront;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** The storefront has no such customer, address, order or cart. */
public final class NotFoundException extends RehomeException {
    private static final long serialVersionUID = 1L;

    NotFoundException(String what, Object id) {
        super(ErrorKind.USER, "There is no " + what + " " + id + " in this storefront. Check the id and the tenant.");
    }
}
