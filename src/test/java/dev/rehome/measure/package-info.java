@NullMarked
package dev.rehome.measure;

import org.jspecify.annotations.NullMarked;
