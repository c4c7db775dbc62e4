/**
 * Where does a tenant live? Read {@link dev.rehome.placement.Placement}, then {@link dev.rehome.placement.Placements}. Who
 * may enter a home is not decided here but in {@code dev.rehome.fence}; changing a placement is {@code dev.rehome.move}'s.
 */
@NullMarked
package dev.rehome.placement;

import org.jspecify.annotations.NullMarked;
