/**
 * How is a home ready before its tenant is? Read {@link dev.rehome.fleet.spares.Spares} first. When the stock is filled up is for
 * others to decide.
 */
@NullMarked
package dev.rehome.fleet.spares;

import org.jspecify.annotations.NullMarked;
