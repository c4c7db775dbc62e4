package dev.rehome.model;

import java.util.Arrays;

/**
 * All states that were met, each once, numbered in the order in which they were met, with the one they were first met from.
 * Keeps the states themselves and not only their hashes: two different ones are never taken for the same.
 */
final class StateStore {
    private static final int CHUNK_BITS = 14;

    private long[][] chunks = new long[16][];
    private int[] slots = new int[1 << 16];
    private int[] cameFrom = new int[1 << 12];
    private int size;

    /** Returns the state's number; if it is new, minus one minus that number. */
    int add(long[] words, int from) {
        if (size * 2L > slots.length) {
            grow();
        }
        int slot = slot(words);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == cameFrom.length) {
            cameFrom = Arrays.copyOf(cameFrom, size * 2);
        }
        int chunk = size >> CHUNK_BITS;
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
        }
        if (chunks[chunk] == null) {
            chunks[chunk] = new long[State.WORDS << CHUNK_BITS];
        }
        System.arraycopy(words, 0, chunks[chunk], offset(size), State.WORDS);
        cameFrom[size] = from;
        slots[slot] = ++size;
        return -size;
    }

    long[] get(int number) {
        int offset = offset(number);
        return Arrays.copyOfRange(chunks[number >> CHUNK_BITS], offset, offset + State.WORDS);
    }

    int cameFrom(int number) {
        return cameFrom[number];
    }

    int size() {
        return size;
    }

    private static int offset(int number) {
        return (number & ((1 << CHUNK_BITS) - 1)) * State.WORDS;
    }

    private int slot(long[] words) {
        int slot = hash(words) & (slots.length - 1);
        while (slots[slot] != 0 && !same(slots[slot] - 1, words)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean same(int number, long[] words) {
        int offset = offset(number);
        return Arrays.equals(chunks[number >> CHUNK_BITS], offset, offset + State.WORDS, words, 0, State.WORDS);
    }

    private static int hash(long[] words) {
        long hash = 0;
        for (long word : words) {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        for (int number = 0; number < size; number++) {
            int slot = hash(get(number)) & (slots.length - 1);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = number + 1;
        }
    }
}
