@NullMarked
package dev.rehome.fence;

import org.jspecify.annotations.NullMarked;
