package dev.rehome.verify;

import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.verify.Difference.Kind;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** One verification of everything, from the first table's first range to the report. Used once. */
final class Pass {
    /** How often a range or a key may differ, with a catch-up in between, before it is believed. */
    private static final int ROUNDS = 3;
    /**
     * Of ranges that are compared together. The keys of a range lie anywhere in the table, and ten times as many are read from
     * much less than ten times as many pages. Together they equal each other in one go or not at all.
     */
    private static final int RANGES_AT_ONCE = 10;

    private final BothSides sides;
    private final int rowsPerRange;
    private final Follower follower;
    private final List<Difference> differences = new ArrayList<>();
    /** Marked, and not repaired yet: what they refer to, or what refers to them, differs too and is found later. */
    private final List<Entangled> entangled = new ArrayList<>();

    private long comparedRows;

    private record Entangled(TenantTable table, Map<List<String>, Kind> keys, Findings findings) {}

    Pass(BothSides sides, int rowsPerRange, Follower follower) {
        this.sides = sides;
        this.rowsPerRange = rowsPerRange;
        this.follower = follower;
    }

    VerificationReport verify(Clock clock) throws SQLException, InterruptedException {
        Instant start = clock.instant();
        List<Findings> compared = new ArrayList<>();
        for (TenantTable table : sides.source().tables()) {
            Findings findings = new Findings(table.name(), differences);
            compareRanges(table, findings);
            compared.add(findings);
        }
        repairEntangled();
        pause();
        BothSides.Answers<Map<String, Long>> foreign = sides.ask(Side::foreignRows);
        List<VerifiedTable> tables =
                compared.stream().map(findings -> findings.table(foreign)).toList();
        return new VerificationReport(
                sides.source().home(), sides.target().home(), start, clock.instant(), tables, differences);
    }

    private void compareRanges(TenantTable table, Findings findings) throws SQLException, InterruptedException {
        List<String> from = List.of();
        do {
            pause();
            List<String> to =
                    sides.source().keyBehind(table, new KeyRange(from, List.of()), RANGES_AT_ONCE * rowsPerRange);
            KeyRange wide = new KeyRange(from, to);
            BothSides.Answers<Checksum> sums = sides.ask(side -> side.checksum(table, wide));
            if (sums.equal()) {
                found(sums, findings);
            } else {
                compareOneByOne(table, wide, findings);
            }
            from = to;
        } while (!from.isEmpty());
    }

    private void compareOneByOne(TenantTable table, KeyRange wide, Findings findings)
            throws SQLException, InterruptedException {
        List<String> from = wide.from();
        List<String> to;
        do {
            pause();
            to = sides.source().keyBehind(table, new KeyRange(from, wide.to()), rowsPerRange);
            List<String> end = to.isEmpty() ? wide.to() : to;
            found(compareRange(table, new KeyRange(from, end), findings), findings);
            from = to;
        } while (!to.isEmpty());
    }

    private void found(BothSides.Answers<Checksum> sums, Findings findings) {
        findings.add(sums);
        comparedRows += sums.source().rows();
        follower.compared(comparedRows);
    }

    private void pause() throws SQLException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        follower.checkpoint();
    }

    /** Returns the checksums as they were last read. */
    private BothSides.Answers<Checksum> compareRange(TenantTable table, KeyRange range, Findings findings)
            throws SQLException, InterruptedException {
        for (int round = 1; round <= ROUNDS; round++) {
            BothSides.Answers<Checksum> sums = sides.ask(side -> side.checksum(table, range));
            if (sums.equal()) {
                return sums;
            }
            catchUp();
        }
        // A range that is written all the time never shows the same to both; its keys do.
        splitDown(table, range, findings);
        return sides.ask(side -> side.checksum(table, range));
    }

    /** Deals with the range's keys, so many at a time: the other home may hold any number of rows that should not be there. */
    private void splitDown(TenantTable table, KeyRange range, Findings findings)
            throws SQLException, InterruptedException {
        int limit = 2 * rowsPerRange;
        KeyRange rest = range;
        while (true) {
            KeyRange part = rest;
            BothSides.Answers<Map<List<String>, Long>> hashes = sides.ask(side -> side.hashes(table, part, limit));
            if (hashes.source().size() < limit && hashes.target().size() < limit) {
                repair(table, BothSides.different(hashes).keySet(), findings);
                return;
            }
            Side crowded = hashes.source().size() == limit ? sides.source() : sides.target();
            List<String> middle = crowded.keyBehind(table, part, rowsPerRange);
            if (middle.isEmpty()) {
                continue; // most of its rows were deleted just now
            }
            splitDown(table, new KeyRange(part.from(), middle), findings);
            rest = new KeyRange(middle, part.to());
        }
    }

    private void repair(TenantTable table, Collection<List<String>> suspects, Findings findings)
            throws SQLException, InterruptedException {
        Map<List<String>, Kind> confirmed = confirm(table, suspects);
        if (!confirmed.isEmpty()) {
            follower.mark(table.name(), confirmed.keySet());
            Entangled marked = new Entangled(table, confirmed, findings);
            if (catchUp()) {
                conclude(marked);
            } else {
                entangled.add(marked);
            }
        }
    }

    /** By now everything that belongs together is marked, and is applied at once. */
    private void repairEntangled() throws SQLException, InterruptedException {
        if (!entangled.isEmpty()) {
            follower.catchUp();
            for (Entangled marked : entangled) {
                conclude(marked);
            }
        }
    }

    private void conclude(Entangled marked) throws SQLException, InterruptedException {
        Map<List<String>, Kind> left = confirm(marked.table(), marked.keys().keySet());
        marked.keys().forEach((key, kind) -> marked.findings().add(key, kind, !left.containsKey(key)));
    }

    /** False if a foreign key stood in the way; what is recorded as changed stays so, and is no difference meanwhile. */
    private boolean catchUp() throws SQLException, InterruptedException {
        try {
            follower.catchUp();
            return true;
        } catch (SQLException e) {
            if (SqlState.isForeignKeyViolation(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Those of the suspects that stay different, while their change is not on its way. */
    private Map<List<String>, Kind> confirm(TenantTable table, Collection<List<String>> suspects)
            throws SQLException, InterruptedException {
        Map<List<String>, Kind> left = Map.of();
        Collection<List<String>> keys = suspects;
        for (int round = 1; round <= ROUNDS && !keys.isEmpty(); round++) {
            if (round > 1) {
                catchUp();
            }
            left = sides.compareAtRest(table, keys);
            keys = left.keySet();
        }
        return left;
    }
}
