/**
 * How long may this take, and when is it tried again? Read {@link dev.rehome.time.Deadline} first. The time of day is
 * not here: what needs it is given a {@link java.time.Clock}.
 */
@NullMarked
package dev.rehome.time;

import org.jspecify.annotations.NullMarked;
