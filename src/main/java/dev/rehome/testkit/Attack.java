package dev.rehome.testkit;

/**
 * One way in which code that works for one tenant, the attacker, may try to reach a row of another, the victim.
 *
 * @param name in capitals, unique in a suite
 * @param tries what is done, as the attacker
 * @param evidence how it is known that it has succeeded
 * @param once whether it is the same for all entities, so that one is enough; else it is played for each that has a sample
 */
public record Attack(String name, String tries, Evidence evidence, boolean once, Play play) {

    /** On the rows of each entity. */
    public Attack(String name, String tries, Evidence evidence, Play play) {
        this(name, tries, evidence, false, play);
    }

    /**
     * How it is known that an attack has succeeded. Whatever this is, the victim's rows are looked at after each attack by a
     * witness that is not the application, and a change of them counts too.
     */
    public enum Evidence {
        /** The attacker is given an object, a value or a count that is the victim's. */
        SIGHT,
        /** A witness finds that the victim's rows are not as before, or that rows are in the wrong home. */
        ROWS,
        /** A witness finds a row of the attacker's that refers to the victim's. */
        REFERENCE,
        /** The database answers otherwise than it would if the victim had no such row. */
        DIFFERENCE
    }

    /** What is done. */
    @FunctionalInterface
    public interface Play {
        /**
         * Attacks one row. An exception says that the attack was refused, if it is one that protects rows; any other says that
         * the attack is broken.
         *
         * @return what the attacker has seen; changes need not be looked for
         */
        Outcome against(AttackScene scene, AttackTarget target) throws Exception;
    }
}
