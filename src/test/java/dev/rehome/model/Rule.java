package dev.rehome.model;

/** What must hold: in every state, or from every state on. */
enum Rule {
    NONE("nothing is broken"),
    R1("at most one home admits the tenant's transactions, and whoever is in is in that home"),
    R2("the serving home has the latest acknowledged state of every key, no more and no less"),
    R3("whoever is refused has somewhere to go on to, until a home admits it"),
    R8("nothing is removed from a home that serves, nor of an old home before both were found equal"),
    NOTHING_LEFT("a move that has ended leaves one home that admits, told to the directory, and nothing of the other"),
    TRAFFIC_COMES_BACK("whatever the movers do or do not do any more, the application's transactions get in again"),
    EVERY_MOVE_ENDS("without further crashes, every move can come to DONE, ROLLED_BACK or CANCELLED");

    private final String words;

    Rule(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
