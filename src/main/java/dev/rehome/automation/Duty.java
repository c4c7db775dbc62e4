package dev.rehome.automation;

import java.time.Duration;

/**
 * Something that is done again and again, by one process at a time. A process may be killed in the middle of it, or lose it to another
 * one without noticing: so doing it again, or twice at a time, must do no harm.
 */
interface Duty {
    /** By which all processes know it. */
    String name();

    /** Between the end of one run and the beginning of the next; zero if it is nobody's. */
    Duration interval(NodeTools tools);

    /** Between a run that has failed and the next, if that is longer than what every failure waits for. */
    default Duration retry(NodeTools tools) {
        return interval(tools);
    }

    /**
     * Does it once.
     *
     * @param watch to be asked before anything is begun that others should not begin too
     * @return what came of it, for people
     * @throws InterruptedException if the process ends, or has lost the duty
     */
    String run(NodeTools tools, Watch watch) throws InterruptedException;

    /** Knows whether the duty is still this process's. */
    @FunctionalInterface
    interface Watch {
        boolean isHeld();
    }
}
