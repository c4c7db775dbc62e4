/**
 * Which homes are at which level of their changelog, and how does the whole fleet get to the newest? Read {@link
 * dev.rehome.fleet.levels.SchemaRunner} first. How one home is changed is not here but in {@code dev.rehome.schema}.
 */
@NullMarked
package dev.rehome.fleet.levels;

import org.jspecify.annotations.NullMarked;
