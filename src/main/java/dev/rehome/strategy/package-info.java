/**
 * Which tenants should live elsewhere, and why? Read {@link dev.rehome.strategy.Strategy} first, which decides from values alone,
 * then {@link dev.rehome.strategy.Plan}, what it decides, and {@link dev.rehome.strategy.Plans}, where that is kept. Nobody is
 * moved here: that is done by {@code dev.rehome.automation}, or by an operator.
 */
@NullMarked
package dev.rehome.strategy;

import org.jspecify.annotations.NullMarked;
