package dev.rehome.model;

import dev.rehome.model.Steps.Actor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;

/** Which state can follow which, and by whose step. Filled state by state, in the order of their numbers. */
@SuppressWarnings("EnumOrdinal") // An edge keeps its actor as the place among all; it is not kept beyond a run.
final class Transitions {
    private static final Actor[] ACTORS = Actor.values();
    private static final int ACTOR_BITS = 3;

    private int[] edges = new int[1 << 16];
    private int[] ends = new int[1 << 12];
    private int size;
    private int states;

    void add(int to, Actor actor) {
        if (size == edges.length) {
            edges = Arrays.copyOf(edges, size * 2);
        }
        edges[size++] = (to << ACTOR_BITS) | actor.ordinal();
    }

    /** The state with the next number has no more. */
    void close() {
        if (states == ends.length) {
            ends = Arrays.copyOf(ends, states * 2);
        }
        ends[states++] = size;
    }

    int size() {
        return size;
    }

    /**
     * The states from which a goal can be reached by steps of these actors only: the goals and, backwards, whatever leads
     * to them.
     */
    BitSet reaching(BitSet goals, Set<Actor> actors) {
        boolean[] counts = new boolean[ACTORS.length];
        actors.forEach(actor -> counts[actor.ordinal()] = true);
        int[] begins = new int[states + 1];
        forEach(counts, (from, to) -> begins[to + 1]++);
        for (int state = 0; state < states; state++) {
            begins[state + 1] += begins[state];
        }
        int[] sources = new int[begins[states]];
        int[] filled = Arrays.copyOf(begins, states);
        forEach(counts, (from, to) -> sources[filled[to]++] = from);

        BitSet reaching = (BitSet) goals.clone();
        int[] queue = new int[states];
        int tail = 0;
        for (int goal = goals.nextSetBit(0); goal >= 0; goal = goals.nextSetBit(goal + 1)) {
            queue[tail++] = goal;
        }
        for (int head = 0; head < tail; head++) {
            for (int i = begins[queue[head]]; i < begins[queue[head] + 1]; i++) {
                if (!reaching.get(sources[i])) {
                    reaching.set(sources[i]);
                    queue[tail++] = sources[i];
                }
            }
        }
        return reaching;
    }

    private interface Edge {
        void visit(int from, int to);
    }

    private void forEach(boolean[] counts, Edge edge) {
        int i = 0;
        for (int from = 0; from < states; from++) {
            for (; i < ends[from]; i++) {
                if (counts[edges[i] & ((1 << ACTOR_BITS) - 1)]) {
                    edge.visit(from, edges[i] >>> ACTOR_BITS);
                }
            }
        }
    }
}
