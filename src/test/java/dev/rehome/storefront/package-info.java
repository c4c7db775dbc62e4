@NullMarked
package dev.rehome.storefront;

import org.jspecify.annotations.NullMarked;
