/**
 * Do the tables of every home look as the changelog makes them? Read {@link dev.rehome.fleet.drift.Drift} first, then
 * {@link dev.rehome.fleet.drift.CatalogItem}, which is all that is compared. Whether homes are at the newest level of the
 * changelog is not asked here, whether isolation binds is {@code dev.rehome.proof}'s, and nothing is mended.
 */
@NullMarked
package dev.rehome.fleet.drift;

import org.jspecify.annotations.NullMarked;
