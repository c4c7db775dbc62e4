/** How does a tenant begin? Read {@link dev.rehome.fleet.ProvisionerTest}. */
@NullMarked
package dev.rehome.fleet;

import org.jspecify.annotations.NullMarked;
