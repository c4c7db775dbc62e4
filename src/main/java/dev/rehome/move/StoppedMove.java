package dev.rehome.move;

import dev.rehome.placement.Placement;
import java.time.Duration;

/**
 * What came of a move for which the tenant stood still.
 *
 * @param placement where the tenant lives now
 * @param rows how many were copied and compared
 * @param stopped from asking for the fence until it was down again
 */
public record StoppedMove(Placement placement, long rows, Duration stopped) {}
