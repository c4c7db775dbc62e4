package dev.rehome.model;

/** One database, as far as the tenant is concerned. */
final class Database {
    private static final Residency[] RESIDENCIES = Residency.values();

    Residency residency = Residency.UNKNOWN;
    /** The home's own, or where it moved to. */
    int epoch;

    boolean capture;
    /** The lease that counts here; 0 if there is none. */
    int lease;
    /** Committed change rows by key, one bit for each number; number 0 is a mark of the verification. */
    final int[] changes = new int[State.KEYS];
    /** Only with a planted bug: a fence that outlives its transaction. */
    boolean fenceStays;

    boolean admits() {
        return residency == Residency.HERE || residency == Residency.ARRIVING;
    }

    void reside(Residency newResidency, int newEpoch, boolean newCapture) {
        residency = newResidency;
        epoch = newEpoch;
        capture = newCapture;
    }

    void exchange(Bits bits) {
        residency = bits.constant(residency, RESIDENCIES);
        epoch = bits.number(epoch, 2);
        capture = bits.flag(capture);
        lease = bits.number(lease, 2);
        bits.numbers(changes, Settings.MOST_WRITES + 1);
        fenceStays = bits.flag(fenceStays);
    }
}
