/**
 * Does a move survive that its mover fails, is cut off or is killed at any statement, and that servers and networks fail
 * beneath it? Read {@link dev.rehome.move.crash.CrashMatrix} first. How a move is made when nothing goes wrong is in the
 * package above.
 */
@NullMarked
package dev.rehome.move.crash;

import org.jspecify.annotations.NullMarked;
