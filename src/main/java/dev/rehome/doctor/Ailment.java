package dev.rehome.doctor;

import dev.rehome.error.ErrorKind;
import dev.rehome.proof.Finding;

/**
 * Something in the fleet that is not as it has to be. Immutable.
 *
 * @param kind what it asks of whoever sees it
 * @param where a server, a database or a home
 * @param check the name of the check that has found it, for programs
 * @param problem a sentence without its full stop
 * @param mend the statement, or the step, that mends it
 */
public record Ailment(ErrorKind kind, String where, String check, String problem, String mend) {

    static Ailment of(Finding finding, String where) {
        return new Ailment(ErrorKind.CONFIGURATION, where, finding.check(), finding.problem(), finding.mend());
    }

    /** Where it is and what is wrong. */
    public String sentence() {
        return where + ": " + problem + ".";
    }
}
