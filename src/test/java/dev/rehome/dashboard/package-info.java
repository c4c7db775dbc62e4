/** Tests of the dashboard over HTTP, by programs that mean well and ill, and in a real browser. */
@NullMarked
package dev.rehome.dashboard;

import org.jspecify.annotations.NullMarked;
