package dev.rehome.verify;

import java.util.List;

/**
 * A stretch of a tenant's keys.
 *
 * @param from the first key within the tenant that belongs to it; empty if it has no beginning
 * @param to the first one behind it; empty if it has no end
 */
record KeyRange(List<String> from, List<String> to) {
    static final KeyRange ALL = new KeyRange(List.of(), List.of());
}
