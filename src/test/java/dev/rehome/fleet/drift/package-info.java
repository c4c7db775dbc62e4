/** Tests of what is found of homes that are not as their changelog makes them. */
@NullMarked
package dev.rehome.fleet.drift;

import org.jspecify.annotations.NullMarked;
