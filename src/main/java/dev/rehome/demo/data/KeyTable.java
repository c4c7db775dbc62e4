package dev.rehome.demo.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/**
 * A hash table from keys of 128 bits to positive numbers, in 24 bytes for each slot: half a million keys take 25 MB where a
 * {@code HashMap} of {@code UUID}s takes 50. Not thread-safe.
 */
final class KeyTable {
    /** What an absent key has. */
    static final long ABSENT = 0;

    private static final int SMALLEST = 64;
    private static final int LONGS_PER_SLOT = 3;

    private long[] slots = new long[SMALLEST * LONGS_PER_SLOT];
    private int size;

    /** A key for some texts together. Different lists have different keys, as it is half of a SHA-256. */
    static UUID keyOf(List<String> texts) {
        MessageDigest digest = sha256();
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) ':');
            digest.update(bytes);
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new UUID(hash.getLong(), hash.getLong());
    }

    /** The number of the key; {@link #ABSENT} if it has none. */
    long get(UUID key) {
        return slots[slot(slots, key.getMostSignificantBits(), key.getLeastSignificantBits()) + 2];
    }

    /** Gives the key the number unless it has one. Returns the one it had, or {@link #ABSENT}. */
    long putIfAbsent(UUID key, long number) {
        if (number <= ABSENT) {
            throw new IllegalArgumentException("Numbers are positive, this is " + number + ".");
        }
        int slot = slot(slots, key.getMostSignificantBits(), key.getLeastSignificantBits());
        long present = slots[slot + 2];
        if (present == ABSENT) {
            slots[slot] = key.getMostSignificantBits();
            slots[slot + 1] = key.getLeastSignificantBits();
            slots[slot + 2] = number;
            size++;
            growIfCrowded();
        }
        return present;
    }

    private void growIfCrowded() {
        int capacity = slots.length / LONGS_PER_SLOT;
        if (size * 3L > capacity * 2L) {
            long[] larger = new long[Math.multiplyExact(slots.length, 2)];
            for (int i = 0; i < slots.length; i += LONGS_PER_SLOT) {
                if (slots[i + 2] != ABSENT) {
                    System.arraycopy(slots, i, larger, slot(larger, slots[i], slots[i + 1]), LONGS_PER_SLOT);
                }
            }
            slots = larger;
        }
    }

    /** Where the key is, or where it would go: the search goes on to the next slot until one fits (linear probing). */
    private static int slot(long[] slots, long high, long low) {
        int capacity = slots.length / LONGS_PER_SLOT;
        // Multiplied by the golden ratio, as the bits of UUIDs are not all random.
        long hash = (high ^ Long.rotateLeft(low, 32)) * 0x9E3779B97F4A7C15L;
        int index = (int) (hash >>> 33) & (capacity - 1);
        while (slots[index * LONGS_PER_SLOT + 2] != ABSENT
                && (slots[index * LONGS_PER_SLOT] != high || slots[index * LONGS_PER_SLOT + 1] != low)) {
            index = (index + 1) & (capacity - 1);
        }
        return index * LONGS_PER_SLOT;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
