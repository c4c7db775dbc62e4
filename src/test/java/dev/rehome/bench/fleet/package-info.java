/** What does it cost to look after a fleet? Read {@link dev.rehome.bench.fleet.FleetBenchmark} first. */
@NullMarked
package dev.rehome.bench.fleet;

import org.jspecify.annotations.NullMarked;
