/**
 * On what do the tests run? Read {@link dev.rehome.testing.PostgresServer} first. What is being tested is not here.
 */
@NullMarked
package dev.rehome.testing;

import org.jspecify.annotations.NullMarked;
