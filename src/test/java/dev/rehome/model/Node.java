package dev.rehome.model;

/** One process of the application, with its cached placement and its transaction. */
final class Node {
    private static final Stage[] STAGES = Stage.values();

    int cached = 1;
    Stage stage = Stage.IDLE;
    /** As of its enter. */
    boolean capture;
    /** The number of its uncommitted write; 0 if it has none. */
    int write;

    int key;
    boolean deletes;

    int value() {
        return deletes ? State.ABSENT : State.ORIGINAL + write;
    }

    void end() {
        stage = Stage.IDLE;
        capture = false;
        write = 0;
        key = 0;
        deletes = false;
    }

    void exchange(Bits bits) {
        cached = bits.number(cached, 2);
        stage = bits.constant(stage, STAGES);
        capture = bits.flag(capture);
        write = bits.number(write, 3);
        key = bits.number(key, 1);
        deletes = bits.flag(deletes);
    }

    long order() {
        long[] words = new long[1];
        exchange(Bits.into(words));
        return words[0];
    }
}
