@NullMarked
package dev.rehome.across;

import org.jspecify.annotations.NullMarked;
