@NullMarked
package dev.rehome.hibernate;

import org.jspecify.annotations.NullMarked;
