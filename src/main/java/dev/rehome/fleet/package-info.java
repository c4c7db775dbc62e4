/**
 * How does a tenant begin, and is it where it has to be? Read {@link dev.rehome.fleet.Provisioner} first, then
 * {@link dev.rehome.fleet.TenantCheck}. Taking a tenant elsewhere is
 * {@code dev.rehome.move}'s.
 */
@NullMarked
package dev.rehome.fleet;

import org.jspecify.annotations.NullMarked;
