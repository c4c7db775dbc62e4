/** Which plan the strategy makes of which facts, what becomes of it in the directory, and a whole year of it on a fake clock. */
@NullMarked
package dev.rehome.strategy;

import org.jspecify.annotations.NullMarked;
