package dev.rehome.watch;

import dev.rehome.move.MoveId;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the fleet stands, as the directory has it. Immutable.
 *
 * @param at by the directory's clock
 * @param moves those that have not ended, the newest {@link FleetWatch#MOST_MOVES} of them
 * @param endedMoves how many moves have ever ended, by how
 * @param verifications the latest of each of these moves
 * @param schemaRunHomes homes of open runs of the changelog, by their state
 * @param undertakings life operations that have begun and not ended: under way, or cut off
 * @param spares homes in stock, by their state
 * @param failedExport empty if the latest nightly export has succeeded, or there was none of late
 * @param checks the latest looks at the whole fleet
 */
public record FleetState(
        Instant at,
        List<TenantCount> tenants,
        List<MoveStatus> moves,
        Map<MovePhase, Long> endedMoves,
        Map<MoveId, Verification> verifications,
        Pauses pauses,
        Map<String, Long> schemaRunHomes,
        List<Undertaking> undertakings,
        Map<String, Long> spares,
        Statistics statistics,
        Optional<FailedExport> failedExport,
        List<FleetCheck> checks) {

    public FleetState {
        tenants = List.copyOf(tenants);
        moves = List.copyOf(moves);
        endedMoves = Map.copyOf(endedMoves);
        verifications = Map.copyOf(verifications);
        schemaRunHomes = Map.copyOf(schemaRunHomes);
        undertakings = List.copyOf(undertakings);
        spares = Map.copyOf(spares);
        checks = List.copyOf(checks);
    }

    /** How many tenants live in a tier on a server. */
    public record TenantCount(Tier tier, String server, long tenants) {}

    /**
     * A comparison of both homes.
     *
     * @param differences rows that differed
     * @param unrepaired of these, those that are left
     * @param foreignRows of other tenants, in a home of the tenant's own
     */
    public record Verification(Instant endedAt, long differences, long unrepaired, long foreignRows) {
        /** Whether nothing is wrong any more. */
        public boolean isEqual() {
            return unrepaired + foreignRows == 0;
        }
    }

    /**
     * The cutovers of the last day.
     *
     * @param longest that a fence was up; zero if there was no cutover
     */
    public record Pauses(long cutovers, Duration longest) {}

    /** @param since when the tenant came into its state, or the operation began */
    public record Undertaking(TenantId tenant, String operation, Instant since) {}

    /**
     * How old what is known of the tenants is.
     *
     * @param reporting processes that take their sums to the directory
     * @param silent processes that have not ended and have not been heard of for five of their intervals
     * @param uncounted tenants whose size is not known
     * @param age of the oldest size of a tenant; zero if there is none
     */
    public record Statistics(long reporting, long silent, long uncounted, Duration age) {}

    /** @param times that it has failed in a row */
    public record FailedExport(long times, String failure) {}
}
