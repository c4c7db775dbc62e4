/**
 * For whom is this work done? Read {@link dev.rehome.tenant.TenantContext} first. Where the tenant's rows are is not
 * known here.
 */
@NullMarked
package dev.rehome.tenant;

import org.jspecify.annotations.NullMarked;
