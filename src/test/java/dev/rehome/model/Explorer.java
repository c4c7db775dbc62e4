package dev.rehome.model;

import dev.rehome.model.Steps.Actor;
import dev.rehome.move.MovePhase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tries everything: all states that can be reached, breadth first, so that a trace is as short as any. Each is held against
 * {@link Rules} when it is met. When all are known, the
 * rules about ends and about what can still happen are asked of all of them.
 */
final class Explorer {
    /** More do not fit into the memory of a test; more than that is not within the bounds that are meant. */
    private static final int MOST_STATES = 60_000_000;

    private final Settings settings;
    private final Protocol protocol;
    private final Rules rules;
    private final StateStore store = new StateStore();
    private final Transitions transitions = new Transitions();
    private final long began = System.nanoTime();
    private final Set<MovePhase> phases = EnumSet.noneOf(MovePhase.class);
    private int depth;
    private int bad = -1;

    private Explorer(Settings settings) {
        this.settings = settings;
        this.protocol = new Protocol(settings);
        this.rules = new Rules(settings);
    }

    static Finding explore(Settings settings) {
        return new Explorer(settings).run();
    }

    private Finding run() {
        State beginning = protocol.begin();
        phases.add(beginning.phase);
        store.add(beginning.canonical(), -1);
        int levelEnd = 1;
        for (int number = 0; number < store.size() && bad < 0; number++) {
            if (number == levelEnd) {
                depth++;
                levelEnd = store.size();
            }
            int from = number;
            protocol.next(State.unpack(store.get(number)), (actor, words, next) -> meet(from, actor, next));
            transitions.close();
        }
        if (bad >= 0) {
            return finding(rules.broken(State.unpack(store.get(bad))), trace(bad));
        }
        int leftover = all(state -> !rules.nothingLeft(state)).nextSetBit(0);
        if (leftover >= 0) {
            return finding(Rule.NOTHING_LEFT, trace(leftover));
        }
        // A fence needs no mover to come down, and a node no help to find the home that serves.
        Set<Actor> withoutMovers = EnumSet.of(Actor.APPLICATION, Actor.SERVER);
        int stuck = missing(Explorer::everybodyIsIn, withoutMovers);
        if (stuck >= 0) {
            return finding(Rule.TRAFFIC_COMES_BACK, trace(stuck));
        }
        Set<Actor> withoutCrashes = EnumSet.complementOf(EnumSet.of(Actor.CRASH, Actor.LATE_MOVER));
        int endless = missing(State::ended, withoutCrashes);
        if (endless >= 0) {
            return finding(Rule.EVERY_MOVE_ENDS, trace(endless));
        }
        return finding(Rule.NONE, List.of());
    }

    private void meet(int from, Actor actor, State next) {
        int number = store.add(next.canonical(), from);
        if (number < 0) {
            number = -number - 1;
            phases.add(next.phase);
            if (bad < 0 && rules.broken(next) != Rule.NONE) {
                bad = number;
            }
            if (number == MOST_STATES) {
                throw new IllegalStateException("More than " + MOST_STATES + " states. Choose smaller bounds.");
            }
        }
        transitions.add(number, actor);
    }

    private static boolean everybodyIsIn(State state) {
        for (Node node : state.nodes) {
            if (node.stage != Stage.IN) {
                return false;
            }
        }
        return true;
    }

    /** The first state from which no goal can be reached by these actors, or -1. */
    private int missing(Predicate<State> goal, Set<Actor> actors) {
        int missing = transitions.reaching(all(goal), actors).nextClearBit(0);
        return missing < store.size() ? missing : -1;
    }

    private BitSet all(Predicate<State> wanted) {
        BitSet all = new BitSet(store.size());
        for (int number = 0; number < store.size(); number++) {
            if (wanted.test(State.unpack(store.get(number)))) {
                all.set(number);
            }
        }
        return all;
    }

    /** Goes the way to a state once more, with nodes and movers kept apart, and writes down what happens. */
    private List<String> trace(int number) {
        Deque<Integer> way = new ArrayDeque<>();
        for (int step = number; step > 0; step = store.cameFrom(step)) {
            way.push(step);
        }
        List<String> lines = new ArrayList<>();
        State[] now = {protocol.begin()};
        for (int step : way) {
            long[] wanted = store.get(step);
            State before = now[0];
            int line = lines.size();
            protocol.next(before, (actor, words, next) -> {
                if (lines.size() == line && Arrays.equals(next.copy().canonical(), wanted)) {
                    lines.add((line + 1) + ". " + words);
                    now[0] = next;
                }
            });
            if (lines.size() == line) {
                throw new IllegalStateException("The way to state " + number + " cannot be gone again.");
            }
        }
        return lines;
    }

    private Finding finding(Rule broken, List<String> trace) {
        return new Finding(
                settings,
                store.size(),
                transitions.size(),
                depth,
                (System.nanoTime() - began) / 1e9,
                phases,
                broken,
                trace);
    }
}
