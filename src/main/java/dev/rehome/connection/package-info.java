/**
 * On which connection does this work run? Read {@link dev.rehome.connection.TenantConnections} first: placement, pool,
 * enter, and what happens after a refusal. HikariCP is known only here; Hibernate is not known here at all.
 */
@NullMarked
package dev.rehome.connection;

import org.jspecify.annotations.NullMarked;
