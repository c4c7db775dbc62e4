/**
 * What is to be done when the directory, a server or a tenant's rows are lost? Read {@link dev.rehome.recovery.Survey}, which asks all
 * databases who lives in them, and {@link dev.rehome.recovery.Verdict}, which says what follows from their answers; each procedure is a
 * class on top of these. How servers are copied and restored is not here but PostgreSQL's, and what becomes of a single tenant is
 * {@code dev.rehome.life}'s.
 */
@NullMarked
package dev.rehome.recovery;

import org.jspecify.annotations.NullMarked;
