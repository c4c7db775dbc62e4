/**
 * May the mover go on now, or does a server need rest? Read {@link dev.rehome.throttle.Throttle} first. What a mover does
 * with the answer is not here, nor how many moves there are at a time: {@code move} decides both.
 */
@NullMarked
package dev.rehome.throttle;

import org.jspecify.annotations.NullMarked;
