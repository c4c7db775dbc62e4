package dev.rehome.model;

/** Where in its phase a mover is: what it has just done, or is about to do. */
enum Position {
    CLAIM_SOURCE,
    CLAIM_TARGET,
    /** Has claimed; somebody may have overtaken it meanwhile. */
    CONFIRM,
    /** The target's database has been created anew, without a lease. */
    CLAIM_CREATED,
    /** At the beginning of the phase, or between two passes. */
    BEGIN,
    /** Capture is on; the snapshot is next. */
    SNAPSHOT,
    /** Has the snapshot. */
    COPY,
    /** Has looked which changes there are. */
    APPLY,
    /** Has brought the rows, the changes are still recorded. */
    FORGET,
    /** The target is empty: whatever is copied inside the fence is all there is. */
    EMPTIED,
    FENCED,
    /** Has brought the last rows; their changes are still recorded. */
    DRAINED,
    /** Has found that the cutover is not made, so that the move may be given up. */
    GIVING_UP,
    /** The first commit of a cutover between databases is done. */
    TARGET_READY,
    /** The cutover is done. */
    SWITCHED,
    TELL_DIRECTORY,
    STOP_CAPTURE,
    LEAVE_FORWARD,
    REMOVE_ROWS,
    FORGET_AT_SOURCE,
    FORGET_AT_TARGET,
    /** The journal's next entry is all that is missing. */
    PHASE_DONE
}
