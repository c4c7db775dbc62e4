package dev.rehome.verify;

import dev.rehome.verify.Difference.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a pass has found out about one table so far. Not thread-safe. */
final class Findings {
    private final String table;
    private final List<Difference> differences;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    private int ranges;
    private int unequalRanges;
    private Checksum source = Checksum.NOTHING;
    private Checksum target = Checksum.NOTHING;
    private long repaired;

    /** @param differences the report's, of all tables, which takes in only so many */
    Findings(String table, List<Difference> differences) {
        this.table = table;
        this.differences = differences;
    }

    void add(List<String> key, Kind kind, boolean isRepaired) {
        counts.merge(kind, 1L, Long::sum);
        repaired += isRepaired ? 1 : 0;
        if (differences.size() < VerificationReport.MAXIMUM_DIFFERENCES) {
            differences.add(new Difference(table, key, kind, isRepaired));
        }
    }

    /** @param sums of a range, as they were last read */
    void add(BothSides.Answers<Checksum> sums) {
        ranges++;
        unequalRanges += sums.equal() ? 0 : 1;
        source = source.plus(sums.source());
        target = target.plus(sums.target());
    }

    VerifiedTable table(BothSides.Answers<Map<String, Long>> foreign) {
        return new VerifiedTable(
                table,
                ranges,
                unequalRanges,
                source,
                target,
                counts.getOrDefault(Kind.MISSING, 0L),
                counts.getOrDefault(Kind.EXTRA, 0L),
                counts.getOrDefault(Kind.DIFFERENT, 0L),
                repaired,
                foreign.source().getOrDefault(table, 0L),
                foreign.target().getOrDefault(table, 0L));
    }
}
