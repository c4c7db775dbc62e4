/** What the automation does by itself, under traffic, with a strategy file that changes, and when one of its processes is killed. */
@NullMarked
package dev.rehome.automation;

import org.jspecify.annotations.NullMarked;
