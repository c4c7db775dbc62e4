@NullMarked
package dev.rehome.statistics;

import org.jspecify.annotations.NullMarked;
