package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.fence.Residency.Holder;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a move would meet if it were started now. Immutable.
 *
 * @param source empty if the directory does not know the tenant
 * @param refusals everything that is in the way; empty if the move can be started
 * @param waits what would make it wait, and not fail
 * @param tables what would be copied, parents first; empty if the source cannot be read
 * @param prediction empty if the source cannot be read
 * @param openTransactions of the tenant at this moment, the oldest first: a cutover would wait for them
 * @param notChecked what nobody could look at, and what to look for
 */
public record MovePreview(
        TenantId tenant,
        Optional<Placement> source,
        Home target,
        List<Refusal> refusals,
        List<String> waits,
        List<TableSize> tables,
        Optional<Prediction> prediction,
        List<Holder> openTransactions,
        List<String> notChecked) {

    public MovePreview {
        refusals = List.copyOf(refusals);
        waits = List.copyOf(waits);
        tables = List.copyOf(tables);
        openTransactions = List.copyOf(openTransactions);
        notChecked = List.copyOf(notChecked);
    }

    public boolean isPossible() {
        return refusals.isEmpty();
    }

    public long rows() {
        return tables.stream().mapToLong(TableSize::rows).sum();
    }

    public long bytes() {
        return tables.stream().mapToLong(TableSize::bytes).sum();
    }

    /** Why the move would be refused, with what to do about it. */
    public record Refusal(ErrorKind kind, String reason) {}

    /**
     * A table's share of the tenant.
     *
     * @param bytes of the rows as they are stored, by the average of a sample; indexes are not counted
     */
    public record TableSize(String name, long rows, long bytes) {}

    /**
     * How long it would take.
     *
     * @param untilServed from the start until the target serves, with a cutover that is not held
     * @param fencedPass whether the tenant is so small that it is copied inside the fence
     * @param pause how long the fence of its cutover is up; empty before any cutover was measured
     * @param longestPause beyond which a cutover is postponed (R6)
     * @param basis what all this is derived from, for people
     */
    public record Prediction(
            Duration untilServed, boolean fencedPass, Optional<Duration> pause, Duration longestPause, String basis) {}
}
