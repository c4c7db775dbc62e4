/**
 * Is one tenant kept from another's rows, in an application's own tests? Read {@link dev.rehome.testkit.EachTier} first for
 * tests that run in all tiers, {@link dev.rehome.testkit.AttackSuite} for the attacks. What protects the rows is not here:
 * nothing else in Rehome knows this package, and JUnit and Hibernate are used by it as by an application.
 */
@NullMarked
package dev.rehome.testkit;

import org.jspecify.annotations.NullMarked;
