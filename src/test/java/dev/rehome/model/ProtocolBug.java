package dev.rehome.model;

import dev.rehome.model.Settings.Layout;

/** A mistake that somebody could make in the protocol, planted to see that the model finds it. */
enum ProtocolBug {
    FLIP_BEFORE_DRAIN(Rule.R1, Layout.TWO_DATABASES, "the cutover does not wait for those who had entered"),
    FLIP_BEFORE_LAST_PASS(Rule.R2, Layout.ONE_DATABASE, "the cutover does not apply the last changes inside the fence"),
    CAPTURE_AFTER_SNAPSHOT(Rule.R2, Layout.ONE_DATABASE, "change capture is switched on after the snapshot"),
    CAPTURE_WITHOUT_FENCE(Rule.R2, Layout.ONE_DATABASE, "change capture is switched on beside open transactions"),
    FORGET_BY_NUMBER(Rule.R2, Layout.ONE_DATABASE, "a pass deletes changes with seq <= x instead of those it has seen"),
    FORGET_BEFORE_COPIED(Rule.R2, Layout.ONE_DATABASE, "a pass forgets changes before all ranges are copied"),
    FORGET_BEFORE_APPLIED(
            Rule.R2, Layout.TWO_DATABASES, "a pass forgets at the source before the target has committed"),
    FOLLOW_A_HOME_THAT_LEFT(Rule.R2, Layout.ONE_DATABASE, "a pass does not ask whether its source still serves"),
    NO_EPOCH_CHECK(Rule.R1, Layout.ONE_DATABASE, "enter does not compare the epoch"),
    RESIDENCY_BEFORE_LOCK(Rule.R1, Layout.ONE_DATABASE, "enter reads the residency before it has the lock"),
    NO_LEASE_CHECK(Rule.R8, Layout.ONE_DATABASE, "the lease is checked in the journal only"),
    CLAIM_NOT_CONFIRMED(
            Rule.R2, Layout.ONE_DATABASE, "a mover does not ask the journal once more when it has claimed its lease"),
    SOURCE_LETS_GO_FIRST(Rule.R3, Layout.TWO_DATABASES, "the source is MOVED before the target is ready"),
    TARGET_TELLS_TOO_EARLY(
            Rule.R1, Layout.TWO_DATABASES, "the first commit of a cutover is HERE, which tells its epoch"),
    CUTOVER_MADE_TWICE(
            Rule.EVERY_MOVE_ENDS, Layout.TWO_DATABASES, "a resumed cutover does not look whether it has been made"),
    FIRST_COMMIT_TAKEN_FOR_CUTOVER(
            Rule.R1, Layout.TWO_DATABASES, "a resumed roll-back looks only whether the home that is to come is ready"),
    CUTOVER_NOT_SETTLED(Rule.R2, Layout.TWO_DATABASES, "a resumed cutover that finds itself made does not write HERE"),
    GONE_IS_NOT_MADE(
            Rule.EVERY_MOVE_ENDS, Layout.OWN_DATABASES, "a roll-back whose target is dropped already is begun again"),
    FENCE_IS_A_STATE(Rule.TRAFFIC_COMES_BACK, Layout.ONE_DATABASE, "the fence is a row and not a lock"),
    SOAK_WITHOUT_CAPTURE(Rule.R2, Layout.ONE_DATABASE, "the new home does not record its changes"),
    ROLL_BACK_FORGETS_DIRECTORY(
            Rule.R3,
            Layout.OWN_DATABASES,
            "a resumed roll-back that finds its cutover made does not tell the directory"),
    CANCEL_NOT_WRITTEN_DOWN(
            Rule.R2, Layout.ONE_DATABASE, "what a cancelled move has made is removed before the journal says CANCEL"),
    CANCEL_WITHOUT_ASKING(
            Rule.EVERY_MOVE_ENDS, Layout.ONE_DATABASE, "a cutover is given up without a look whether it has been made"),
    CANCEL_WITHOUT_FORWARD(
            Rule.NOTHING_LEFT, Layout.TWO_DATABASES, "cancelling leaves the arrival that a begun cutover made"),
    FENCED_COPY_ON_REMAINS(
            Rule.R2, Layout.ONE_DATABASE, "a copy inside the fence goes on with what an earlier attempt has brought"),
    FOLLOWED_WITHOUT_MARKS(
            Rule.R2, Layout.ONE_DATABASE, "a tenant that has outgrown the fence is only recorded from then on"),
    TRUST_OLD_VERIFICATION(Rule.R2, Layout.ONE_DATABASE, "a resumed cutover trusts what was compared before the crash"),
    RETIRE_WITHOUT_VERDICT(Rule.R8, Layout.ONE_DATABASE, "the old home is removed without another comparison");

    private final Rule breaks;
    private final Layout layout;
    private final String words;

    ProtocolBug(Rule breaks, Layout layout, String words) {
        this.breaks = breaks;
        this.layout = layout;
        this.words = words;
    }

    /** The rule that it breaks, at the end of a shortest trace. */
    Rule breaks() {
        return breaks;
    }

    String words() {
        return words;
    }

    /** The smallest bounds in which it shows. */
    Settings settings() {
        return switch (this) {
            case CANCEL_WITHOUT_ASKING -> Settings.of(layout, 0, 1).with(this);
            case TRUST_OLD_VERIFICATION -> Settings.of(layout, 0, 1).validated().with(this);
            case RETIRE_WITHOUT_VERDICT -> Settings.of(layout, 0, 0).validated().with(this);
            case CUTOVER_MADE_TWICE -> Settings.of(layout, 1, 1).validated().with(this);
            case CLAIM_NOT_CONFIRMED -> Settings.of(layout, 0, 2).with(this);
            case FENCED_COPY_ON_REMAINS ->
                Settings.of(layout, 1, 0).withFencedPass().with(this);
            case FOLLOWED_WITHOUT_MARKS ->
                Settings.of(layout, 0, 0).withFencedPass().with(this);
            case FORGET_BY_NUMBER -> Settings.of(layout, 2, 0).with(this);
            case FORGET_BEFORE_APPLIED,
                    FIRST_COMMIT_TAKEN_FOR_CUTOVER,
                    CUTOVER_NOT_SETTLED,
                    FOLLOW_A_HOME_THAT_LEFT,
                    NO_LEASE_CHECK,
                    FENCE_IS_A_STATE,
                    GONE_IS_NOT_MADE,
                    ROLL_BACK_FORGETS_DIRECTORY,
                    CANCEL_NOT_WRITTEN_DOWN,
                    CANCEL_WITHOUT_FORWARD -> Settings.of(layout, 1, 1).with(this);
            default -> Settings.of(layout, 1, 0).with(this);
        };
    }
}
