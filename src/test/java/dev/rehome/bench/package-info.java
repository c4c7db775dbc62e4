/**
 * What does it cost? Read {@link dev.rehome.bench.Benchmarks} first; each benchmark is a package below. Whether it is right
 * is not asked here but by the tests.
 */
@NullMarked
package dev.rehome.bench;

import org.jspecify.annotations.NullMarked;
