/**
 * How does a tenant begin, and is it where it has to be? Read {@link dev.rehome.fleet.Provisioner} first, then
 * {@link dev.rehome.fleet.TenantCheck}. Homes that are ready before their tenants are {@code spares}', how tables really are is {@code drift}'s. Taking a tenant elsewhere is
 * {@code dev.rehome.move}'s.
 */
@NullMarked
package dev.rehome.fleet;

import org.jspecify.annotations.NullMarked;
