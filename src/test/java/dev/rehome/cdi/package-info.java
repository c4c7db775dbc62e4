@NullMarked
package dev.rehome.cdi;

import org.jspecify.annotations.NullMarked;
