package dev.rehome.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueryTimesTest {
    @Test
    void everyTimeIsInOneBucketAndTheyLieSideBySide() {
        for (int bucket = 0; bucket < QueryTimes.BUCKETS - 1; bucket++) {
            long end = QueryTimes.endMicros(bucket);
            assertEquals(bucket, QueryTimes.bucket(end - 1), "before " + end);
            assertEquals(bucket + 1, QueryTimes.bucket(end), "at " + end);
        }
        assertEquals(0, QueryTimes.bucket(0));
        assertEquals(QueryTimes.BUCKETS - 1, QueryTimes.bucket(Long.MAX_VALUE));
        assertTrue(QueryTimes.endMicros(QueryTimes.BUCKETS - 2)
                > Duration.ofMinutes(1).toNanos() / 1000 / 2);
    }

    @Test
    void aQuantileIsRightToAFifth() {
        Random random = new Random(7);
        long[] micros = random.longs(5_000, 100, 10_000_000).sorted().toArray();
        long[] counts = new long[QueryTimes.BUCKETS];
        Arrays.stream(micros).forEach(each -> counts[QueryTimes.bucket(each)]++);
        QueryTimes times = QueryTimes.of(counts);

        for (double part : new double[] {0.01, 0.5, 0.99, 1}) {
            long exact = micros[(int) Math.ceil(part * micros.length) - 1];
            long told = times.quantile(part).toNanos() / 1000;
            assertTrue(exact <= told && told <= exact * 1.25 + 1, part + ": " + exact + " was told as " + told);
        }
    }

    @Test
    void thoseOfTwoProcessesAreThoseOfOneThatSawEverything() {
        long[] one = new long[QueryTimes.BUCKETS];
        long[] other = new long[QueryTimes.BUCKETS];
        long[] both = new long[QueryTimes.BUCKETS];
        one[3] = 2;
        one[40] = 1;
        other[0] = 5;
        both[0] = 5;
        both[3] = 2;
        both[40] = 1;

        QueryTimes sum = QueryTimes.of(one).plus(QueryTimes.of(other));
        assertEquals(QueryTimes.of(both), sum);
        assertEquals(QueryTimes.of(other), sum.minus(QueryTimes.of(one)));
        assertEquals(QueryTimes.NONE, sum.minus(sum));
        assertEquals(sum, QueryTimes.of(sum.first(), sum.counts()));
        assertEquals(Duration.ZERO, QueryTimes.NONE.quantile(0.99));
    }

    @Test
    void bucketsThatThereAreNotAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> QueryTimes.of(QueryTimes.BUCKETS - 1, new Long[] {1L, 1L}));
        assertThrows(IllegalArgumentException.class, () -> QueryTimes.of(-1, new Long[] {1L}));
    }
}
