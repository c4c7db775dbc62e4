package dev.rehome.move;

import dev.rehome.verify.VerificationReport;
import java.time.Duration;
import java.util.List;

/**
 * What came of a run of a move.
 *
 * @param rows copied by the backfill of this run
 * @param bytes copied by the backfill of this run
 * @param fenced how long the latest cutover of this run kept the fence up
 * @param verifications all comparisons of this run, in order
 */
public record MoveReport(
        Move move, long rows, long bytes, Duration elapsed, Duration fenced, List<VerificationReport> verifications) {}
