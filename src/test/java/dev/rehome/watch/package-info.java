@NullMarked
package dev.rehome.watch;

import org.jspecify.annotations.NullMarked;
