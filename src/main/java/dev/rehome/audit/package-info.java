/**
 * Who did what, when, why, with what outcome? Read {@link dev.rehome.audit.AuditTrail} first. What moves, lives of tenants and
 * schema changes say in their own journals is not written here again: the trail is a view over them.
 */
@NullMarked
package dev.rehome.audit;

import org.jspecify.annotations.NullMarked;
