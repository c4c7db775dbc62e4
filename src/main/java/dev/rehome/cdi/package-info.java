/**
 * How does an injected service get its session and its transaction? Read {@link dev.rehome.cdi.RehomeExtension} first,
 * then {@link dev.rehome.cdi.UnitOfWork}. Distributed transactions are not here, and neither is a session outside a unit
 * of work: whose rows it would see could not be said.
 */
@NullMarked
package dev.rehome.cdi;

import org.jspecify.annotations.NullMarked;
