/**
 * How does a tenant get from one home to another while it is used? Read {@link dev.rehome.move.MovePhase}, then
 * {@link dev.rehome.move.Mover}, then the phases in their order, one class each. Copying, following changes and comparing
 * are done by {@code backfill}, {@code capture} and {@code verify}, which know nothing of each other; homes on H2, where a
 * tenant may stand still, have the {@link dev.rehome.move.StoppingMover}.
 */
@NullMarked
package dev.rehome.move;

import org.jspecify.annotations.NullMarked;
