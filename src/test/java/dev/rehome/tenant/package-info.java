@NullMarked
package dev.rehome.tenant;

import org.jspecify.annotations.NullMarked;
