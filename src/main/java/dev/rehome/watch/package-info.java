/**
 * How does the fleet stand at this moment, as the directory has it? Read {@link dev.rehome.watch.FleetState} first, which
 * {@link dev.rehome.watch.FleetWatch} reads; {@link dev.rehome.watch.MoveConcerns} says which moves somebody should look at. No home is
 * visited here, and nobody is told: see {@code dev.rehome.metrics} and {@code dev.rehome.alert}.
 */
@NullMarked
package dev.rehome.watch;

import org.jspecify.annotations.NullMarked;
