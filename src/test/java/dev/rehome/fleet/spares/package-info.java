/** Tests of homes that are kept ready. */
@NullMarked
package dev.rehome.fleet.spares;

import org.jspecify.annotations.NullMarked;
