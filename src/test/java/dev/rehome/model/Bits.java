package dev.rehome.model;

/**
 * Small numbers packed one after the other into a few words. One method of the packed type names its fields in their order,
 * and serves both directions: while packing a field is written and comes back as it was, while unpacking it is read.
 */
final class Bits {
    private final long[] words;
    private final boolean packing;
    private int word;
    private int used;

    private Bits(long[] words, boolean packing) {
        this.words = words;
        this.packing = packing;
    }

    static Bits into(long[] words) {
        return new Bits(words, true);
    }

    static Bits from(long[] words) {
        return new Bits(words, false);
    }

    int number(int value, int bits) {
        if (used + bits > Long.SIZE) {
            word++;
            used = 0;
        }
        int shift = used;
        used += bits;
        long mask = (1L << bits) - 1;
        if (!packing) {
            return (int) ((words[word] >>> shift) & mask);
        }
        if ((value & mask) != value) {
            throw new IllegalArgumentException(value + " does not fit into " + bits + " bits.");
        }
        words[word] |= (long) value << shift;
        return value;
    }

    void numbers(int[] values, int bits) {
        for (int i = 0; i < values.length; i++) {
            values[i] = number(values[i], bits);
        }
    }

    boolean flag(boolean value) {
        return number(value ? 1 : 0, 1) == 1;
    }

    /** @param all the constants in their order */
    @SuppressWarnings("EnumOrdinal") // A packed constant is its place among all; it is not kept beyond a run.
    <E extends Enum<E>> E constant(E value, E[] all) {
        return all[number(value.ordinal(), Integer.SIZE - Integer.numberOfLeadingZeros(all.length - 1))];
    }
}
