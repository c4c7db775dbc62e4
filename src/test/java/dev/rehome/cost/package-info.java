/** What a fleet costs by which prices. */
@NullMarked
package dev.rehome.cost;

import org.jspecify.annotations.NullMarked;
