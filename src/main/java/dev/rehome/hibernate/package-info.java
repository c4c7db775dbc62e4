/**
 * How does Hibernate get to a tenant's rows? Read {@link dev.rehome.hibernate.DataLayer} first. Which home, and whether it
 * may be entered, is decided below, in {@code dev.rehome.connection}.
 */
@NullMarked
package dev.rehome.hibernate;

import org.jspecify.annotations.NullMarked;
