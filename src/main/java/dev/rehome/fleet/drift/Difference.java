package dev.rehome.fleet.drift;

import org.jspecify.annotations.Nullable;

/**
 * Something in which a home is not as the changelog makes it. Immutable.
 *
 * @param what the thing, such as {@code index orders_customer_newest_idx of orders}
 * @param expected its definition as the changelog makes it; null if it should not be there
 * @param found its definition in the home; null if it is not there
 * @param mend the statements that make the home as it should be, for the owner; a comment if none does
 * @param losesData whether the statement drops rows or values
 */
public record Difference(
        String what, @Nullable String expected, @Nullable String found, String mend, boolean losesData) {
    /** In a sentence without its full stop. */
    public String problem() {
        String subject = Character.toUpperCase(what.charAt(0)) + what.substring(1);
        if (found == null) {
            return subject + " is missing";
        }
        return expected == null
                ? subject + " is not of the changelog's making"
                : subject + " is " + found + " where it should be " + expected;
    }
}
