/** Tests of what is done when something was lost. */
@NullMarked
package dev.rehome.recovery;

import org.jspecify.annotations.NullMarked;
