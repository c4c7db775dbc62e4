package dev.rehome.capture;

import dev.rehome.jdbc.TouchedKeys;

/**
 * What one pass has done.
 *
 * @param changes how many recorded changes it has taken in
 * @param rowsApplied how many rows it has written at the target; deleted ones do not count
 * @param touched which rows it was about
 */
public record CatchUpPass(long changes, long rowsApplied, TouchedKeys touched) {}
