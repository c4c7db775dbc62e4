package dev.rehome.bench.move;

/** A stretch of time, by {@link System#nanoTime}. */
record Span(long begin, long end) {
    boolean overlaps(long otherBegin, long otherEnd) {
        return begin - otherEnd < 0 && otherBegin - end < 0;
    }
}
