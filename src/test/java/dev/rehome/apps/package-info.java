/**
 * What becomes of application processes that are stopped, killed, late or careless while a tenant is moved? Read {@link
 * dev.rehome.apps.ApplicationNode} first: it is the application, run in JVMs of its own; then {@link
 * dev.rehome.apps.AppScene}, which runs it. Cutovers within one process are not here but in {@code dev.rehome.isolation}.
 */
@NullMarked
package dev.rehome.apps;

import org.jspecify.annotations.NullMarked;
