@NullMarked
package dev.rehome.fleet.levels;

import org.jspecify.annotations.NullMarked;
