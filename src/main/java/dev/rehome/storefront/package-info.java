/**
 * What does SmartSeller do with a storefront's customers, carts and orders? Read {@link dev.rehome.storefront.CartService}
 * first: it uses everything else. Where a storefront's rows are is not known here; nothing in this package mentions a
 * placement, a home or a move.
 */
@NullMarked
package dev.rehome.storefront;

import org.jspecify.annotations.NullMarked;
