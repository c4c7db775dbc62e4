package dev.rehome.model;

import dev.rehome.model.Steps.Actor;

/**
 * What the application's nodes do: enter, write at most one key, end. A transaction may stay open for as long as it likes.
 * That it reads needs no step of its own: R1 and R2 hold in every state, so whoever is in could read at any moment and find
 * the latest acknowledged state.
 */
final class Applications {
    private final Settings settings;
    private final Enter enter;

    Applications(Settings settings) {
        this.settings = settings;
        this.enter = new Enter(settings);
    }

    void add(State state, Steps steps) {
        for (int i = 0; i < state.nodes.length; i++) {
            switch (state.nodes[i].stage) {
                case IDLE -> {
                    if (settings.has(ProtocolBug.RESIDENCY_BEFORE_LOCK)) {
                        readResidency(state, i, Stage.LOCKED, steps);
                    } else {
                        lock(state, i, Stage.LOCKED, steps);
                    }
                }
                case LOCKED -> {
                    if (settings.has(ProtocolBug.RESIDENCY_BEFORE_LOCK)) {
                        lock(state, i, Stage.IN, steps);
                    } else {
                        readResidency(state, i, Stage.IN, steps);
                    }
                }
                case IN -> {
                    write(state, i, steps);
                    end(state, i, steps);
                }
            }
        }
    }

    /** The tenant's shared lock: not while a fence is up. */
    private void lock(State state, int i, Stage then, Steps steps) {
        int database = database(state.nodes[i]);
        for (Mover mover : state.movers) {
            if (mover.fence == database + 1) {
                return;
            }
        }
        if (!state.databases[database].fenceStays) {
            State next = state.copy();
            next.nodes[i].stage = then;
            steps.add(Actor.APPLICATION, who(i) + " takes the shared lock at " + placement(state.nodes[i]), next);
        }
    }

    private void readResidency(State state, int i, Stage then, Steps steps) {
        State next = state.copy();
        Node node = next.nodes[i];
        int answer = enter.answer(state, node.cached);
        if (answer == Enter.ADMITTED) {
            node.stage = then;
            node.capture = state.databases[database(node)].captures(node.cached);
            steps.add(
                    Actor.APPLICATION,
                    who(i) + " reads the residency and is admitted to " + placement(node) + ", capture "
                            + (node.capture ? "on" : "off"),
                    next);
            return;
        }
        node.end();
        node.cached = enter.newest(state, node.cached, answer);
        if (state.nodes[i].stage != node.stage || state.nodes[i].cached != node.cached) {
            steps.add(
                    Actor.APPLICATION,
                    who(i) + " is refused at " + placement(state.nodes[i]) + " and goes on to " + placement(node)
                            + (answer == Enter.ASK_DIRECTORY ? ", asking the directory" : ""),
                    next);
        }
    }

    private void write(State state, int i, Steps steps) {
        Node node = state.nodes[i];
        if (node.write > 0 || state.writes == settings.writes()) {
            return;
        }
        int home = State.homeAt(node.cached);
        for (int key = 0; key < State.KEYS; key++) {
            if (!rowLocked(state, home, key)) {
                write(state, i, key, false, steps);
                if (state.rows[home][key] != State.ABSENT) {
                    write(state, i, key, true, steps);
                }
            }
        }
    }

    private static boolean rowLocked(State state, int home, int key) {
        for (Node other : state.nodes) {
            if (other.write > 0 && other.key == key && State.homeAt(other.cached) == home) {
                return true;
            }
        }
        return false;
    }

    private static void write(State state, int i, int key, boolean deletes, Steps steps) {
        State next = state.copy();
        Node node = next.nodes[i];
        node.write = ++next.writes;
        node.key = key;
        node.deletes = deletes;
        steps.add(
                Actor.APPLICATION,
                who(i) + (deletes ? " deletes" : " writes") + " key " + key + " (write " + node.write
                        + (node.capture ? ", recorded with this number)" : ", not recorded)"),
                next);
    }

    private void end(State state, int i, Steps steps) {
        Node node = state.nodes[i];
        if (node.write > 0) {
            State committed = state.copy();
            committed.rows[State.homeAt(node.cached)][node.key] = node.value();
            committed.acknowledged[node.key] = node.value();
            if (node.capture) {
                committed.databases[database(node)].changes[node.key] |= 1 << node.write;
            }
            committed.nodes[i].end();
            steps.add(
                    Actor.APPLICATION,
                    who(i) + " commits write " + node.write + " of key " + node.key + " at " + placement(node),
                    committed);
        }
        State ended = state.copy();
        ended.nodes[i].end();
        steps.add(
                Actor.APPLICATION, who(i) + (node.write > 0 ? " rolls back" : " ends, having written nothing"), ended);
    }

    private int database(Node node) {
        return settings.databaseOf(State.homeAt(node.cached));
    }

    private static String who(int i) {
        return "node " + (i == 0 ? "A" : "B");
    }

    private static String placement(Node node) {
        return (State.homeAt(node.cached) == State.SOURCE ? "the source" : "the target") + " @" + node.cached;
    }
}
