/**
 * How large is each tenant, how much does it do, and how was that before? Read {@link dev.rehome.statistics.TenantStatistics} first, then
 * {@link dev.rehome.statistics.StatisticsDirectory}, which tells, and {@code StatisticsCollector}, which counts.
 * What follows from it is not here: whoever decides about homes reads it.
 */
@NullMarked
package dev.rehome.statistics;

import org.jspecify.annotations.NullMarked;
