/**
 * Can one tenant reach another's rows, and can a move come between a transaction and its home? The
 * attacks on PostgreSQL are in {@code dev.rehome.testkit}; here are those on H2 (read {@link dev.rehome.isolation.OpenScene}
 * first), and what comes between a transaction and its home. What the guards do not stop is
 * not left out here but asserted, in {@link dev.rehome.isolation.LimitsTest}.
 */
@NullMarked
package dev.rehome.isolation;

import org.jspecify.annotations.NullMarked;
