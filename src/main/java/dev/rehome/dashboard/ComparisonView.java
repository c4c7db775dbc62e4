package dev.rehome.dashboard;

import dev.rehome.verify.VerificationReport;
import dev.rehome.verify.VerifiedTable;
import java.time.Instant;
import java.util.List;

/**
 * What a comparison of two homes has found, in counts. The keys of rows that differ are rows' data: the command line shows them to
 * whoever may see them.
 *
 * @param clean whether nothing was left that differs
 * @param differences that were found, repaired ones included
 */
record ComparisonView(
        Instant startedAt, Instant endedAt, boolean clean, long rows, long differences, List<Table> tables) {

    record Table(
            String name, long sourceRows, long targetRows, long missing, long extra, long different, long repaired) {
        static Table of(VerifiedTable table) {
            return new Table(
                    table.name(),
                    table.source().rows(),
                    table.target().rows(),
                    table.missing(),
                    table.extra(),
                    table.different(),
                    table.repaired());
        }
    }

    static ComparisonView of(VerificationReport report) {
        return new ComparisonView(
                report.startedAt(),
                report.endedAt(),
                report.clean(),
                report.rows(),
                report.differenceCount(),
                report.tables().stream().map(Table::of).toList());
    }
}
