/**
 * What does somebody who watches a move see? Read {@link dev.rehome.cli.screen.MoveDisplay} first. What is shown is decided
 * by whoever runs the move; the results of commands are not printed here.
 */
@NullMarked
package dev.rehome.cli.screen;

import org.jspecify.annotations.NullMarked;
