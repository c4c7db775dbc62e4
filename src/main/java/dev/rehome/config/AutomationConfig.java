package dev.rehome.config;

import java.time.Duration;

/**
 * How the fleet is looked after by itself. Immutable. A duty whose interval is zero is nobody's.
 *
 * @param moves that one process runs at a time
 * @param reload how often the strategy file is looked at
 * @param soaks between two looks at moves that soak: so long an old home is behind at most
 * @param spares between two fillings of the stock of spare homes
 * @param statistics between two collections of the tenants' sizes
 * @param levels between two looks at the levels of all homes
 * @param checks between two looks at the whole fleet: isolation, and drift
 */
public record AutomationConfig(
        int moves,
        Duration reload,
        Duration soaks,
        Duration spares,
        Duration statistics,
        Duration levels,
        Duration checks) {}
