package dev.rehome.config;

import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the strategy goes by, beside overrides and thresholds. Immutable.
 *
 * @param auto how much is done by itself
 * @param round between one plan and the next
 * @param statisticsMaxAge beyond which nothing is decided by them
 * @param settle how long a move has to be wished by every plan before it is begun by itself
 * @param downBelowPercent of a threshold that a tenant has to be below to be moved to a cheaper tier
 * @param coolDown how long a tenant is left alone after a move
 * @param windows in which moves are begun; always, if there is none
 * @param movesPerNight moves begun in one window, or in a day if there is no window
 * @param bytesPerHour of the tenants whose moves are begun within an hour
 * @param schemasPerDatabase beyond which schemas are moved out of a database
 * @param transactionsPerServer a second, beyond which tenants are moved to other servers of the region
 * @param pinned tenants that stay where they are whatever speaks for a move
 * @param regions in which tenants have to be
 */
public record StrategyRules(
        Auto auto,
        Duration round,
        Duration statisticsMaxAge,
        Duration settle,
        int downBelowPercent,
        Duration coolDown,
        List<DailyWindow> windows,
        OptionalInt movesPerNight,
        OptionalLong bytesPerHour,
        OptionalInt schemasPerDatabase,
        OptionalInt transactionsPerServer,
        Set<TenantId> pinned,
        Map<TenantId, String> regions) {

    /** How much is done by itself. */
    public enum Auto {
        /** No plans are made. */
        OFF,
        /** Plans are made, and nothing comes of them by itself. */
        PROPOSE,
        /** What somebody approves is carried out. */
        APPROVE,
        /** What the strategy wishes is carried out. */
        ON
    }

    public StrategyRules {
        windows = List.copyOf(windows);
        pinned = Set.copyOf(pinned);
        regions = Map.copyOf(regions);
    }

    /** The region that the tenant has to be in, if the operator has said so. */
    public Optional<String> regionOf(TenantId tenant) {
        return Optional.ofNullable(regions.get(tenant));
    }
}
