/**
 * What does it look like when a busy storefront is moved? Read {@link dev.rehome.demo.Demo} first. Nothing of the library
 * depends on this package.
 */
@NullMarked
package dev.rehome.demo;

import org.jspecify.annotations.NullMarked;
