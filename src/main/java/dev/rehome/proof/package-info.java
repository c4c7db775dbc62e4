/**
 * Are tenants really kept apart here? Read {@link dev.rehome.proof.IsolationProof} first; {@link dev.rehome.proof.HomeCheck} is the
 * list of what is looked at. Nothing is mended here: each finding brings the statement that does. Who is refused because of a
 * finding is decided by whoever asks: {@code dev.rehome.connection} before it serves, {@code dev.rehome.doctor} on demand.
 */
@NullMarked
package dev.rehome.proof;

import org.jspecify.annotations.NullMarked;
