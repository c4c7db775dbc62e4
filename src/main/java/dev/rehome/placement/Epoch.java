package dev.rehome.placement;

/** Counts the placements of one tenant, from 1. It only grows; work admitted under an old one is refused. */
public record Epoch(long value) implements Comparable<Epoch> {
    public static final Epoch FIRST = new Epoch(1);

    public Epoch {
        if (value < 1) {
            throw new IllegalArgumentException("Epochs start at 1, this is " + value + ".");
        }
    }

    public Epoch next() {
        return new Epoch(Math.incrementExact(value));
    }

    public boolean isAfter(Epoch other) {
        return value > other.value;
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
