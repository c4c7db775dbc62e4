package dev.rehome.verify;

import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.Difference.Kind;
import dev.rehome.verify.Side.RowDigest;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares all rows of a tenant in two homes, by counts and checksums that the servers compute, range by range and both
 * at once, while the source is being written. A range that differs is read again after a catch-up, then split down to its
 * keys. A row whose change is still recorded at the source is on its way and no difference. A real difference is marked as
 * changed, so that the next catch-up mends it, and looked at again.
 *
 * <p>Hashes are of values: 1.0 and 1.00 are equal to it. Generated columns are not compared. Not thread-safe.
 */
public final class Verifier implements AutoCloseable {
    /** How often a range or a key may differ, with a catch-up in between, before it is believed. */
    private static final int ROUNDS = 3;

    private final BothSides sides;
    private final int rowsPerRange;
    private final Clock clock;

    private Verifier(BothSides sides, int rowsPerRange, Clock clock) {
        this.sides = sides;
        this.rowsPerRange = rowsPerRange;
        this.clock = clock;
    }

    /** Connects to both homes, which must have their keys. */
    public static Verifier open(
            Servers servers,
            String tenantColumn,
            TenantId tenant,
            Home source,
            Home target,
            int rowsPerRange,
            Clock clock)
            throws SQLException {
        return new Verifier(BothSides.open(servers, tenantColumn, tenant, source, target), rowsPerRange, clock);
    }

    /**
     * Compares everything.
     *
     * @throws InterruptedException if the thread is interrupted, which is noticed between ranges
     */
    public VerificationReport verify(Follower follower) throws SQLException, InterruptedException {
        Findings findings = new Findings();
        List<VerifiedTable> tables = new ArrayList<>();
        Instant start = clock.instant();
        for (TenantTable table : sides.source().tables()) {
            tables.add(verify(table, follower, findings));
        }
        return findings.report(start, clock.instant(), tables);
    }

    /**
     * Compares only the rows with these keys: quickly, with one question to each side for each table unless they differ.
     * For use inside the fence, when every change has been applied; what is found is not repaired.
     *
     * @throws IllegalArgumentException if the keys overflowed
     */
    public List<Difference> verifyKeys(TouchedKeys keys) throws SQLException {
        if (keys.overflow()) {
            throw new IllegalArgumentException("Which keys were touched is not known. Verify everything.");
        }
        List<Difference> differences = new ArrayList<>();
        for (Map.Entry<String, Set<List<String>>> entry : keys.byTable().entrySet()) {
            TenantTable table = sides.source().tables().get(entry.getKey());
            if (!sides.ask(side -> side.checksum(table, entry.getValue())).equal()) {
                compare(table, entry.getValue())
                        .forEach((key, kind) -> differences.add(new Difference(table.name(), key, kind, false)));
            }
        }
        return differences;
    }

    private VerifiedTable verify(TenantTable table, Follower follower, Findings findings)
            throws SQLException, InterruptedException {
        Checksum sum = Checksum.NOTHING;
        int ranges = 0;
        List<String> from = List.of();
        do {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            List<String> to = sides.source().keyBehind(table, new KeyRange(from, List.of()), rowsPerRange);
            sum = sum.plus(verify(table, new KeyRange(from, to), follower, findings));
            ranges++;
            from = to;
        } while (!from.isEmpty());
        return new VerifiedTable(table.name(), ranges, sum);
    }

    /** Returns the source's checksum as it was last read. */
    private Checksum verify(TenantTable table, KeyRange range, Follower follower, Findings findings)
            throws SQLException, InterruptedException {
        for (int round = 1; ; round++) {
            BothSides.Answers<Checksum> sums = sides.ask(side -> side.checksum(table, range));
            if (sums.equal()) {
                return sums.source();
            }
            // A range that is written all the time never shows the same to both; its keys do.
            if (round >= ROUNDS && !splitDown(table, range, follower, findings)) {
                return sums.source();
            }
            follower.catchUp();
        }
    }

    /** Deals with the range's keys; returns whether the range has to be looked at again, since not all were in view. */
    private boolean splitDown(TenantTable table, KeyRange range, Follower follower, Findings findings)
            throws SQLException, InterruptedException {
        int limit = 2 * rowsPerRange;
        BothSides.Answers<Map<List<String>, RowDigest>> digests = sides.ask(side -> side.digests(table, range, limit));
        Set<List<String>> suspects = different(digests).keySet();
        Map<List<String>, Kind> confirmed = confirm(table, suspects, follower);
        if (confirmed.isEmpty()) {
            return false;
        }
        follower.mark(table.name(), confirmed.keySet());
        follower.catchUp();
        Map<List<String>, Kind> left = confirm(table, confirmed.keySet(), follower);
        confirmed.forEach((key, kind) -> findings.add(new Difference(table.name(), key, kind, !left.containsKey(key))));
        boolean truncated = digests.source().size() == limit || digests.target().size() == limit;
        return truncated && left.size() < confirmed.size();
    }

    /** Those of the suspects that stay different, while their change is not on its way. */
    private Map<List<String>, Kind> confirm(TenantTable table, Collection<List<String>> suspects, Follower follower)
            throws SQLException, InterruptedException {
        Map<List<String>, Kind> left = Map.of();
        Collection<List<String>> keys = suspects;
        for (int round = 1; round <= ROUNDS && !keys.isEmpty(); round++) {
            if (round > 1) {
                follower.catchUp();
            }
            left = compare(table, keys);
            // Looked up after the rows were read: a change that came in between is applied by the next catch-up.
            left.keySet().removeAll(sides.source().recorded(table, left.keySet()));
            keys = left.keySet();
        }
        return left;
    }

    private Map<List<String>, Kind> compare(TenantTable table, Collection<List<String>> keys) throws SQLException {
        return different(sides.ask(side -> side.digests(table, keys)));
    }

    private static Map<List<String>, Kind> different(BothSides.Answers<Map<List<String>, RowDigest>> digests) {
        Set<List<String>> keys = new HashSet<>(digests.source().keySet());
        keys.addAll(digests.target().keySet());
        Map<List<String>, Kind> different = new HashMap<>();
        for (List<String> key : keys) {
            RowDigest source = digests.source().get(key);
            RowDigest target = digests.target().get(key);
            if (target == null) {
                different.put(key, Kind.MISSING);
            } else if (source == null) {
                different.put(key, Kind.EXTRA);
            } else if (!source.equals(target)) {
                different.put(key, Kind.DIFFERENT);
            }
        }
        return different;
    }

    /** Collects differences up to the report's limit, and counts the rest. */
    private static final class Findings {
        private final List<Difference> first = new ArrayList<>();
        private long count;
        private long unrepaired;

        void add(Difference difference) {
            count++;
            unrepaired += difference.repaired() ? 0 : 1;
            if (first.size() < VerificationReport.MAXIMUM_DIFFERENCES) {
                first.add(difference);
            }
        }

        VerificationReport report(Instant start, Instant end, List<VerifiedTable> tables) {
            return new VerificationReport(start, end, tables, first, count, unrepaired);
        }
    }

    @Override
    public void close() throws SQLException {
        sides.close();
    }
}
