@NullMarked
package dev.rehome.audit;

import org.jspecify.annotations.NullMarked;
