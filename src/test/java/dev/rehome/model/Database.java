package dev.rehome.model;

/** One database, as far as the tenant is concerned. */
final class Database {
    private static final Residency[] RESIDENCIES = Residency.values();

    Residency residency = Residency.UNKNOWN;
    /** The home's own, or where it moved to. */
    int epoch;

    boolean capture;
    /** The first commit of a cutover into this database: who comes with this epoch is admitted; 0 if there is none. */
    int arriving;

    boolean arrivingCapture;
    /** The lease that counts here; 0 if there is none. */
    int lease;
    /** Committed change rows by key, one bit for each number; number 0 is a mark of the verification. */
    final int[] changes = new int[State.KEYS];
    /** Only with a planted bug: a fence that outlives its transaction. */
    boolean fenceStays;

    boolean admits() {
        return residency == Residency.HERE || arriving != 0;
    }

    boolean isHere(int atEpoch) {
        return residency == Residency.HERE && epoch == atEpoch;
    }

    /** As of an enter with this epoch. */
    boolean captures(int atEpoch) {
        return arriving == atEpoch ? arrivingCapture : capture;
    }

    void reside(Residency newResidency, int newEpoch, boolean newCapture) {
        residency = newResidency;
        epoch = newEpoch;
        capture = newCapture;
        arriving = 0;
        arrivingCapture = false;
    }

    /** The tenant is about to come: until it has left, this row sends everybody else to where it lives. */
    void arrive(int currentEpoch, int nextEpoch, boolean nextCapture) {
        reside(Residency.MOVED, currentEpoch, false);
        arriving = nextEpoch;
        arrivingCapture = nextCapture;
    }

    void exchange(Bits bits) {
        residency = bits.constant(residency, RESIDENCIES);
        epoch = bits.number(epoch, 2);
        capture = bits.flag(capture);
        arriving = bits.number(arriving, 2);
        arrivingCapture = bits.flag(arrivingCapture);
        lease = bits.number(lease, 2);
        bits.numbers(changes, Settings.MOST_WRITES + 1);
        fenceStays = bits.flag(fenceStays);
    }
}
