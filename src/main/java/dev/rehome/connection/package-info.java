/**
 * On which connection does this work run? Read {@link dev.rehome.connection.TenantConnections} first: placement, pool,
 * enter, and what happens after a refusal. HikariCP is known only here. What is proven of a home is in
 * {@code dev.rehome.proof}; Hibernate is not known here at all.
 */
@NullMarked
package dev.rehome.connection;

import org.jspecify.annotations.NullMarked;
