/**
 * What does a tenant's transaction cost, compared to Hibernate without Rehome? Read
 * {@link dev.rehome.bench.requestpath.RequestPath} first, then {@code Scenario} for what is measured and {@code Variant}
 * for what is compared. Moves under load are not measured here.
 */
@NullMarked
package dev.rehome.bench.requestpath;

import org.jspecify.annotations.NullMarked;
