/**
 * Is the whole fleet well? Read {@link dev.rehome.doctor.Doctor} first: servers, then databases with their homes, then what nobody
 * owns. What isolation needs is known in {@code dev.rehome.proof}; the rows of one tenant are looked at by
 * {@code dev.rehome.fleet.TenantCheck}. Nothing is mended here.
 */
@NullMarked
package dev.rehome.doctor;

import org.jspecify.annotations.NullMarked;
