package dev.rehome.fence;

import dev.rehome.placement.Placement;

/** What a home answers when a transaction wants to enter. Unless it is {@link Admitted}, no statement of the user has run. */
public sealed interface Admission {

    /**
     * The transaction is in, and stays in until it ends.
     *
     * @param leave to be run when the transaction has ended
     */
    record Admitted(Runnable leave) implements Admission {
        /** Ends by itself with the transaction. */
        public static final Admitted UNTIL_COMMIT = new Admitted(() -> {});
    }

    /** The tenant lives elsewhere, or here at another epoch; this is the newest placement that this home knows. */
    record Elsewhere(Placement placement) implements Admission {}

    /** A fence is up, or the snapshot was taken just before one came down: wait without the connection, and try again. */
    record TryAgain() implements Admission {}

    /** This home has never heard of the tenant. */
    record Unknown() implements Admission {}

    /** The tenant is suspended everywhere. */
    record Suspended() implements Admission {}
}
