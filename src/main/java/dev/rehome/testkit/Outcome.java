package dev.rehome.testkit;

/**
 * What came of an attack.
 *
 * @param how what refused it, what was seen or changed, or why it does not apply
 */
public record Outcome(Verdict verdict, String how) {

    /** In the order in which they count when an attack on several entities ends in several ways. */
    public enum Verdict {
        /** There is nothing of the kind to attack. */
        NOT_APPLICABLE,
        /** It went through without an error, and reached nothing of the victim's. */
        SAW_NOTHING,
        /** An error stopped it. */
        REFUSED,
        /** The attack itself failed, so that it says nothing: an error of the kit's, or of the samples. */
        BROKEN,
        /** Something of the victim's was seen or changed. */
        CROSSED
    }

    public static Outcome crossed(String how) {
        return new Outcome(Verdict.CROSSED, how);
    }

    public static Outcome sawNothing() {
        return new Outcome(Verdict.SAW_NOTHING, "");
    }

    public static Outcome notApplicable(String reason) {
        return new Outcome(Verdict.NOT_APPLICABLE, reason);
    }

    /** Crossed, if something of the victim's has been seen. */
    public static Outcome of(boolean seen) {
        return seen ? crossed("seen") : sawNothing();
    }

    @Override
    public String toString() {
        return switch (verdict) {
            case NOT_APPLICABLE -> "not applicable: " + how;
            case SAW_NOTHING -> "saw nothing";
            case REFUSED -> "refused: " + how;
            case BROKEN -> "BROKEN: " + how;
            case CROSSED -> "CROSSED: " + how;
        };
    }
}
