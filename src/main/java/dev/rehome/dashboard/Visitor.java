package dev.rehome.dashboard;

import dev.rehome.config.ServeConfig.Role;

/**
 * Somebody who has shown a token. Immutable.
 *
 * @param name the token's, for the journals
 */
record Visitor(String name, Role role) {

    boolean isOperator() {
        return role == Role.OPERATOR;
    }

    /** As the journals call him. */
    String by() {
        return name + " at the dashboard";
    }
}
