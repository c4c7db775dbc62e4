/**
 * How does a tenant begin? Read {@link dev.rehome.fleet.Provisioner} first. Taking a tenant elsewhere is
 * {@code dev.rehome.move}'s.
 */
@NullMarked
package dev.rehome.fleet;

import org.jspecify.annotations.NullMarked;
