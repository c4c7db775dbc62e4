@NullMarked
package dev.rehome.web;

import org.jspecify.annotations.NullMarked;
