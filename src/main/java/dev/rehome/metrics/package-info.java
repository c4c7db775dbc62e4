/**
 * Which figures does a monitoring system get, and under which names? Read {@link dev.rehome.metrics.RehomeMetrics} first, then
 * {@link dev.rehome.metrics.Metric}, which is all of them. Where a figure comes from is not here: each source only asks the package whose
 * figure it is.
 */
@NullMarked
package dev.rehome.metrics;

import org.jspecify.annotations.NullMarked;
