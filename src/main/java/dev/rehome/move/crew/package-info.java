/**
 * How are many moves run by one process? Read {@link dev.rehome.move.crew.MoveCrew} first. Which moves those are is not decided here:
 * an operator names them, or the automation finds them.
 */
@NullMarked
package dev.rehome.move.crew;

import org.jspecify.annotations.NullMarked;
