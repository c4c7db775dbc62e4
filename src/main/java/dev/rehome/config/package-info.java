/**
 * What has the operator decided? Read {@link dev.rehome.config.StrategyConfig} first, then
 * {@link dev.rehome.config.StrategyFile}, which reads it from {@code config/tenant_strategy.yaml}. What follows from the
 * decisions is not here: pools, moves and their limits belong to the packages that are given these values.
 */
@NullMarked
package dev.rehome.config;

import org.jspecify.annotations.NullMarked;
