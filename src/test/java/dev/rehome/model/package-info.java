/**
 * Is the protocol of a move right, whatever order things happen in? Read {@link dev.rehome.model.State} for what there is,
 * {@link dev.rehome.model.Protocol} for what can happen, {@link dev.rehome.model.Rules} for what must never be and
 * {@link dev.rehome.model.Explorer} for how all of it is tried. No database here: that the code does what the model says
 * is shown by the tests of the other packages.
 */
@NullMarked
package dev.rehome.model;

import org.jspecify.annotations.NullMarked;
