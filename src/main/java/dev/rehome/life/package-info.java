/**
 * What becomes of a tenant from its creation to its deletion? Read {@link dev.rehome.life.LifeState}, then
 * {@link dev.rehome.life.TenantLife}; each operation is a class that says what it assumes and why it can be repeated. What a file
 * of a tenant is made of is not here but in {@code dev.rehome.export}, and where tenants move {@code dev.rehome.move} says.
 */
@NullMarked
package dev.rehome.life;

import org.jspecify.annotations.NullMarked;
