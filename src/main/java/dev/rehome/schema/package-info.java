/**
 * How does a home come into being, and what does it consist of? Read {@link dev.rehome.schema.Homes} first, then the
 * changelogs under {@code liquibase/}. The rows in it are not this package's business.
 */
@NullMarked
package dev.rehome.schema;

import org.jspecify.annotations.NullMarked;
