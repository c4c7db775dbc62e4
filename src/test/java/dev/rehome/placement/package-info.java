@NullMarked
package dev.rehome.placement;

import org.jspecify.annotations.NullMarked;
