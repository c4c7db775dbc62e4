/**
 * Whose is this request? Read {@link dev.rehome.web.RequestResolver} first, then {@link dev.rehome.web.TenantFilter}. Who
 * the user is, and what they may do, is not decided here: a claim is taken from a request that somebody else has verified.
 */
@NullMarked
package dev.rehome.web;

import org.jspecify.annotations.NullMarked;
