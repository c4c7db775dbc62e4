package dev.rehome.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BitsTest {
    @Test
    void whatIsPackedComesBackAlsoBeyondTheFirstWord() {
        int[] values = IntStream.range(0, 36).map(i -> i * 7 % 31).toArray();
        long[] words = new long[3];
        Bits.into(words).numbers(values, 5);
        int[] back = new int[values.length];
        Bits.from(words).numbers(back, 5);
        assertArrayEquals(values, back);
    }

    @Test
    void whatDoesNotFitIsRefusedAndNotCut() {
        Bits bits = Bits.into(new long[1]);
        assertThrows(IllegalArgumentException.class, () -> bits.number(8, 3));
        assertThrows(IllegalArgumentException.class, () -> bits.number(-1, 3));
    }
}
