/**
 * How is something done for many tenants? Read {@link dev.rehome.across.AcrossTenants} first, the only door: it says who
 * went through and why before anything is read. A statement that sees two tenants' rows is not to be had here either: each
 * tenant is a unit of work of its own, on the request path.
 */
@NullMarked
package dev.rehome.across;

import org.jspecify.annotations.NullMarked;
