package dev.rehome.model;

import dev.rehome.move.MovePhase;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Everything there is at one moment: the directory, the databases, the rows, the application's nodes and the movers. A
 * placement is written as its epoch, which says the home too: 1 is the source before the move, 2 the target, 3 the source
 * again after a roll-back.
 */
final class State {
    static final int SOURCE = 0;
    static final int TARGET = 1;
    static final int KEYS = 2;
    static final int ALL_KEYS = (1 << KEYS) - 1;

    /** Values of a row: what the n-th write wrote is {@code ORIGINAL + n}. */
    static final int ABSENT = 0;

    static final int ORIGINAL = 1;
    static final int DAMAGED = 7;

    /** How many words a packed state takes. */
    static final int WORDS = 3;

    private static final MovePhase[] PHASES = MovePhase.values();
    private static final Residency[] RESIDENCIES = Residency.values();
    private static final Stage[] STAGES = Stage.values();
    private static final Position[] POSITIONS = Position.values();
    private static final Rule[] RULES = Rule.values();

    // The directory's database: the journal of the move, and the placement, which may be late.
    MovePhase phase = MovePhase.PLANNED;
    boolean cancelling;
    /** RETIRE has found both sides equal. */
    boolean removalAllowed;

    int lease = 1;
    int directory = 1;

    final Database[] databases = {new Database(), new Database()};
    /** Which ranges have arrived, one bit each; in the target's database. */
    int ranges;

    /** By home and key. */
    final int[][] rows = {{ORIGINAL, ORIGINAL}, {ABSENT, ABSENT}};

    final Node[] nodes = {new Node(), new Node()};
    final Mover[] movers = {new Mover(), new Mover()};

    // What only an observer knows.
    /** The latest acknowledged value of each key. */
    final int[] acknowledged = {ORIGINAL, ORIGINAL};

    int writes;
    boolean damageDone;
    /** A step that broke a rule says so here. */
    Rule broken = Rule.NONE;

    /** The tenant's residency row in a database. */
    enum Residency {
        /** No such row. */
        UNKNOWN,
        HERE,
        MOVED,
        /** The first commit of a cutover: admits whoever knows the epoch already, and tells it to nobody. */
        ARRIVING,
        /** The whole database does not exist. */
        GONE
    }

    /** One database, as far as the tenant is concerned. */
    static final class Database {
        Residency residency = Residency.UNKNOWN;
        /** The home's own, or where it moved to. */
        int epoch;

        boolean capture;
        /** The lease that counts here; 0 if there is none. */
        int lease;
        /** Committed change rows by key, one bit for each number; number 0 is a mark of the verification. */
        final int[] changes = new int[KEYS];
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

        private void exchange(Bits bits) {
            residency = bits.constant(residency, RESIDENCIES);
            epoch = bits.number(epoch, 2);
            capture = bits.flag(capture);
            lease = bits.number(lease, 2);
            bits.numbers(changes, Settings.MOST_WRITES + 1);
            fenceStays = bits.flag(fenceStays);
        }
    }

    /** How far a node's transaction is. */
    enum Stage {
        /** None is open; one may be waiting to enter. */
        IDLE,
        /** Has taken the shared lock of the database that the node's cache points to, and not yet read the residency. */
        LOCKED,
        /** Admitted to the home that the node's cache points to. */
        IN
    }

    /** One process of the application, with its cached placement and its transaction. */
    static final class Node {
        int cached = 1;
        Stage stage = Stage.IDLE;
        /** As of its enter. */
        boolean capture;
        /** The number of its uncommitted write; 0 if it has none. */
        int write;

        int key;
        boolean deletes;

        int value() {
            return deletes ? ABSENT : ORIGINAL + write;
        }

        void end() {
            stage = Stage.IDLE;
            capture = false;
            write = 0;
            key = 0;
            deletes = false;
        }

        private void exchange(Bits bits) {
            cached = bits.number(cached, 2);
            stage = bits.constant(stage, STAGES);
            capture = bits.flag(capture);
            write = bits.number(write, 3);
            key = bits.number(key, 1);
            deletes = bits.flag(deletes);
        }

        private long order() {
            long[] words = new long[1];
            exchange(Bits.into(words));
            return words[0];
        }
    }

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
        FENCED,
        DRAINED,
        /** The first commit of a cutover between databases is done. */
        TARGET_READY,
        /** The cutover is done. */
        SWITCHED,
        TELL_DIRECTORY,
        STOP_CAPTURE,
        LEAVE_FORWARD,
        REMOVE_ROWS,
        FORGET_AT_ABANDONED,
        FORGET_AT_SERVING,
        REMOVED,
        /** The journal's next entry is all that is missing. */
        PHASE_DONE
    }

    /** One process that runs the move, and what it has in memory. */
    static final class Mover {
        /** 0 if there is no such process. */
        int lease;

        /** As it believes; the journal may be further if somebody has taken over. */
        MovePhase phase = MovePhase.PLANNED;

        /** As the journal said when it took over, or as it decided itself. */
        boolean cancelling;

        Position at = Position.CLAIM_SOURCE;
        /** As of its snapshot, of the backfill or of a pass. */
        final int[] rows = new int[KEYS];
        /** The change rows that its pass has seen, as {@link Database#changes}. */
        final int[] seen = new int[KEYS];
        /** Keys that are not known to be equal on both sides, one bit each. */
        int unverified;

        /** Whether it has found both sides equal in this phase. */
        boolean verdict;
        /** One more than the database whose exclusive lock it holds; 0 for none. */
        int fence;

        boolean lives() {
            return lease > 0;
        }

        /** Before the cutover changes flow to the target, afterwards back. */
        int from() {
            return phase.serving() == MovePhase.Serving.SOURCE ? SOURCE : TARGET;
        }

        int to() {
            return 1 - from();
        }

        /** The epoch that the cutover of this phase makes. */
        int next() {
            return from() == SOURCE ? 2 : 3;
        }

        void forget() {
            Arrays.fill(rows, 0);
            Arrays.fill(seen, 0);
        }

        /** Its memory is gone, and what it had not committed is rolled back. */
        void die() {
            forget();
            lease = 0;
            phase = MovePhase.PLANNED;
            cancelling = false;
            at = Position.CLAIM_SOURCE;
            unverified = 0;
            verdict = false;
            fence = 0;
        }

        private void exchange(Bits bits) {
            lease = bits.number(lease, 2);
            phase = bits.constant(phase, PHASES);
            cancelling = bits.flag(cancelling);
            at = bits.constant(at, POSITIONS);
            bits.numbers(rows, 3);
            bits.numbers(seen, Settings.MOST_WRITES + 1);
            unverified = bits.number(unverified, KEYS);
            verdict = bits.flag(verdict);
            fence = bits.number(fence, 2);
        }
    }

    static int homeAt(int epoch) {
        return epoch == 2 ? TARGET : SOURCE;
    }

    boolean ended() {
        return phase.isTerminal();
    }

    State copy() {
        State copy = new State();
        copy.exchange(Bits.from(packed()));
        return copy;
    }

    static State unpack(long[] words) {
        State state = new State();
        state.exchange(Bits.from(words));
        return state;
    }

    long[] packed() {
        long[] words = new long[WORDS];
        exchange(Bits.into(words));
        return words;
    }

    /**
     * The same for all states that differ only in which node is which, or in which place a mover is kept: no step and no
     * rule tells nodes apart, and movers are known by their lease. So one of them stands for all.
     */
    long[] canonical() {
        Arrays.sort(nodes, Comparator.comparingLong(Node::order));
        Arrays.sort(movers, Comparator.comparingInt(mover -> -mover.lease));
        return packed();
    }

    private void exchange(Bits bits) {
        phase = bits.constant(phase, PHASES);
        cancelling = bits.flag(cancelling);
        removalAllowed = bits.flag(removalAllowed);
        lease = bits.number(lease, 2);
        directory = bits.number(directory, 2);
        ranges = bits.number(ranges, KEYS);
        writes = bits.number(writes, 3);
        damageDone = bits.flag(damageDone);
        broken = bits.constant(broken, RULES);
        bits.numbers(acknowledged, 3);
        for (int[] home : rows) {
            bits.numbers(home, 3);
        }
        for (Database database : databases) {
            database.exchange(bits);
        }
        for (Node node : nodes) {
            node.exchange(bits);
        }
        for (Mover mover : movers) {
            mover.exchange(bits);
        }
    }
}
