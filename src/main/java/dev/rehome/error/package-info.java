/**
 * What went wrong, and who has to act? Read {@link dev.rehome.error.ErrorKind} first. Which SQLSTATE means what is not
 * here but in {@code dev.rehome.jdbc.SqlState}.
 */
@NullMarked
package dev.rehome.error;

import org.jspecify.annotations.NullMarked;
