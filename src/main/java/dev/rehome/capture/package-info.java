/**
 * What has changed since the copy, and how does it reach the other home? Read {@link dev.rehome.capture.CatchUp} first.
 * Recording the changes is not here: the triggers of {@code liquibase/database/040-protect.sql} do that.
 */
@NullMarked
package dev.rehome.capture;

import org.jspecify.annotations.NullMarked;
