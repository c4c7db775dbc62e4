/**
 * What does it cost to have the fleet's tenants where they are, or elsewhere? Read {@link dev.rehome.cost.FleetCost} first. The
 * prices are the operator's, in {@code dev.rehome.config.PricesConfig}; nothing here asks a provider, or knows why a tenant moves.
 */
@NullMarked
package dev.rehome.cost;

import org.jspecify.annotations.NullMarked;
