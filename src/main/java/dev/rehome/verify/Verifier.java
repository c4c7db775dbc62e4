package dev.rehome.verify;

import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.Difference.Kind;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Compares all rows of a tenant in two homes, by counts and checksums that the servers compute, range by range and both
 * at once, while the source is being written. A range that differs is read again after a catch-up, then split down to its
 * keys. A row whose change is still recorded at the source is on its way and no difference. A real difference is marked as
 * changed, so that the next catch-up mends it, and looked at again. A home of the tenant's own must hold nothing else: rows
 * of other tenants there are counted, and left to the operator.
 *
 * <p>The ranges are the source's. Where a target on another server sorts texts differently, a row may fall into another of
 * its ranges, which costs a closer look, or into two of them; never into none. What equality means is {@link RowHash}'s.
 * Not thread-safe.
 */
public final class Verifier implements AutoCloseable {
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
        return new Pass(sides, rowsPerRange, follower).verify(clock);
    }

    /**
     * Compares only the rows with these keys: quickly, with one question to each side unless they differ.
     * For use inside the fence, when every change has been applied; what is found is not repaired.
     *
     * @throws IllegalArgumentException if the keys overflowed
     */
    public List<Difference> verifyKeys(TouchedKeys keys) throws SQLException {
        return verifyKeys(keys, sides::compare);
    }

    /**
     * As {@link #verifyKeys}, while rows are being written: one that the source has written since is no difference, as its
     * change is recorded and on its way.
     */
    public List<Difference> verifyKeysAtRest(TouchedKeys keys) throws SQLException {
        return verifyKeys(keys, sides::compareAtRest);
    }

    private interface Comparison {
        Map<List<String>, Kind> of(TenantTable table, Set<List<String>> keys) throws SQLException;
    }

    private List<Difference> verifyKeys(TouchedKeys keys, Comparison comparison) throws SQLException {
        if (keys.overflow()) {
            throw new IllegalArgumentException("Which keys were touched is not known. Verify everything.");
        }
        if (keys.isEmpty()) {
            return List.of();
        }
        BothSides.Answers<Map<String, Checksum>> sums = sides.ask(side -> side.checksums(keys));
        List<Difference> differences = new ArrayList<>();
        for (Map.Entry<String, Set<List<String>>> entry : keys.byTable().entrySet()) {
            TenantTable table = sides.source().tables().get(entry.getKey());
            if (!Objects.equals(sums.source().get(table.name()), sums.target().get(table.name()))) {
                comparison
                        .of(table, entry.getValue())
                        .forEach((key, kind) -> differences.add(new Difference(table.name(), key, kind, false)));
            }
        }
        return differences;
    }

    @Override
    public void close() throws SQLException {
        sides.close();
    }
}
