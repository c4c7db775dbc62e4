/**
 * What would the strategy do to a fleet in a year? Read {@link dev.rehome.strategy.year.SimulatedYear} first: storefronts grow, shrink
 * and have seasons, by a seed, and the real strategy decides on a clock of its own.
 */
@NullMarked
package dev.rehome.strategy.year;

import org.jspecify.annotations.NullMarked;
