/**
 * May this transaction enter this home? Read {@link dev.rehome.fence.Fence}, then {@code rehome.enter} in
 * {@code liquibase/database/030-enter.sql}. What to do after a refusal is decided in {@code dev.rehome.connection}.
 */
@NullMarked
package dev.rehome.fence;

import org.jspecify.annotations.NullMarked;
