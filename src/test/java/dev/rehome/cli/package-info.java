/** Does the command line do what it says? Read {@link dev.rehome.cli.RehomeTest}. */
@NullMarked
package dev.rehome.cli;

import org.jspecify.annotations.NullMarked;
