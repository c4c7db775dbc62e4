package dev.rehome.model;

import org.jspecify.annotations.Nullable;

/**
 * The bounds within which everything is tried, and what is planted. Always there: two application nodes with one
 * transaction each at a time, two keys in a range each, one move.
 *
 * @param layout where the two homes are
 * @param writes how many writes there are in all, each an insert, an update or a delete
 * @param takeovers how often another mover takes the move over, from one that crashed or from one that is only slow
 * @param validation whether both sides are compared; a crash may then damage a row of the copy that does not serve
 * @param wayBack whether the new home's changes flow back, so that a roll-back is possible ({@code rollback_enabled})
 * @param fencedPass whether the tenant may be found so small, now and then, that it is copied inside the fence of the cutover
 * @param bug what is wrong with the protocol; null for the protocol as it should be
 */
record Settings(
        Layout layout,
        int writes,
        int takeovers,
        boolean validation,
        boolean wayBack,
        boolean fencedPass,
        @Nullable ProtocolBug bug) {
    /** A row's value and a change's number have three bits. */
    static final int MOST_WRITES = 5;

    static final int MOST_TAKEOVERS = 2;

    /** Where the two homes are: what a single commit can change, and what remains of a home that is left. */
    enum Layout {
        /** Two schemas of one database: one residency row, and the cutover is one commit. */
        ONE_DATABASE,
        /** Each in a database with others: the cutover is two commits, and the home that is left keeps a forward. */
        TWO_DATABASES,
        /** Each is a database of the tenant's own: as before, but what is left is dropped, the forward with it. */
        OWN_DATABASES
    }

    Settings {
        if (writes < 0 || writes > MOST_WRITES || takeovers < 0 || takeovers > MOST_TAKEOVERS) {
            throw new IllegalArgumentException(
                    "At most " + MOST_WRITES + " writes and " + MOST_TAKEOVERS + " take-overs.");
        }
    }

    static Settings of(Layout layout, int writes, int takeovers) {
        return new Settings(layout, writes, takeovers, false, true, false, null);
    }

    Settings validated() {
        return new Settings(layout, writes, takeovers, true, wayBack, fencedPass, bug);
    }

    Settings withoutWayBack() {
        return new Settings(layout, writes, takeovers, validation, false, fencedPass, bug);
    }

    Settings withFencedPass() {
        return new Settings(layout, writes, takeovers, validation, wayBack, true, bug);
    }

    Settings with(ProtocolBug planted) {
        return new Settings(layout, writes, takeovers, validation, wayBack, fencedPass, planted);
    }

    Settings withoutBug() {
        return new Settings(layout, writes, takeovers, validation, wayBack, fencedPass, null);
    }

    boolean has(ProtocolBug planted) {
        return bug == planted;
    }

    boolean across() {
        return layout != Layout.ONE_DATABASE;
    }

    boolean drops() {
        return layout == Layout.OWN_DATABASES;
    }

    /** The database of a home. */
    int databaseOf(int home) {
        return across() ? home : 0;
    }

    @Override
    public String toString() {
        return layout + ", writes " + writes + ", take-overs " + takeovers + ", "
                + (validation ? "compared" : "not compared") + (wayBack ? "" : ", no way back")
                + (fencedPass ? ", small at times" : "") + (bug == null ? "" : ", planted: " + bug);
    }
}
