package dev.rehome.move.crash;

/** What a mover that was killed sees of the world from then on. An error, so that nothing handles it. */
final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("this mover is dead", null, false, false);
    }
}
