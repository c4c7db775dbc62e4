/**
 * How is a database spoken to? Read {@link dev.rehome.jdbc.TenantTable} first: what is known of a table whose rows
 * belong to tenants, learnt from the catalog. Pools are not here, and nothing knows of placements.
 */
@NullMarked
package dev.rehome.jdbc;

import org.jspecify.annotations.NullMarked;
