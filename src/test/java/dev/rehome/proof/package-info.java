@NullMarked
package dev.rehome.proof;

import org.jspecify.annotations.NullMarked;
