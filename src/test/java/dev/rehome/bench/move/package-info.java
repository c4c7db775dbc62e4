/**
 * What does a move cost, compared to the least that anybody could do, and what do a tenant and its neighbours notice of it?
 * Read {@link dev.rehome.bench.move.MoveBenchmark} first; each {@code Section} measures one thing. Everything is a ratio of
 * two figures of one run, taken in turn.
 */
@NullMarked
package dev.rehome.bench.move;

import org.jspecify.annotations.NullMarked;
