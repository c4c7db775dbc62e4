package dev.rehome.proof;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something because of which isolation does not bind. Immutable.
 *
 * @param check the name of the check that has found it, for programs
 * @param problem a sentence without its full stop
 * @param mend the statement, or the step, that mends it; statements are for an administrator or the tables' owner
 */
public record Finding(String check, String problem, String mend) {

    /**
     * The refusal to serve.
     *
     * @param where that is not served
     */
    public static RehomeException refusal(String where, List<Finding> findings) {
        return new RehomeException(
                ErrorKind.CONFIGURATION,
                "Isolation does not bind in " + where + ", so it is not served:"
                        + findings.stream().map(finding -> "\n- " + finding).collect(Collectors.joining())
                        + "\nMend all of it, then try again.");
    }

    @Override
    public String toString() {
        return problem + ". Mend it: " + mend;
    }
}
