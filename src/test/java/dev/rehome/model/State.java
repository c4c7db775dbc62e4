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
    private static final Rule[] RULES = Rule.values();

    // The directory's database: the journal of the move, and the placement, which may be late.
    MovePhase phase = MovePhase.PLANNED;
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
