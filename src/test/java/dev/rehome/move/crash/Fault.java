package dev.rehome.move.crash;

/** What becomes of the mover's n-th statement. */
enum Fault {
    /** The server refuses it, and the transaction it is in. */
    FAILS,
    /** The connection breaks before the server has heard of it. */
    CUT,
    /** The server does it, a commit included, and the connection breaks before the answer. */
    UNANSWERED,
    /** Nothing more is heard of the mover: all its connections break at once. */
    KILLED,
    /** As {@link #CUT}, and the mover itself goes on. */
    RETRIED,
    /** The mover is a process of its own, and is killed by the operating system. */
    SIGKILL
}
