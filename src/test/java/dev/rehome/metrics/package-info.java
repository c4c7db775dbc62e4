@NullMarked
package dev.rehome.metrics;

import org.jspecify.annotations.NullMarked;
