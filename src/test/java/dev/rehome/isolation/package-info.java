/**
 * Can one tenant reach another's rows, and can a move come between a transaction and its home? Read {@link
 * dev.rehome.isolation.AttackScene} first, then the attacks, by the road they take. What the guards do not stop is
 * not left out here but asserted, in {@link dev.rehome.isolation.LimitsTest}.
 */
@NullMarked
package dev.rehome.isolation;

import org.jspecify.annotations.NullMarked;
