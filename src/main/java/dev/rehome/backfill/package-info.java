/**
 * How do the rows that exist get to the target home? Read {@link dev.rehome.backfill.Backfill} first. What changes while
 * it copies is not here but in {@code dev.rehome.capture}, and it does not judge its own work: {@code dev.rehome.verify}
 * does.
 */
@NullMarked
package dev.rehome.backfill;

import org.jspecify.annotations.NullMarked;
