@NullMarked
package dev.rehome.alert;

import org.jspecify.annotations.NullMarked;
