package dev.rehome.demo.data;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chance that repeats itself: the same seed and the same row give the same throws. Not thread-safe; made for one row. */
final class Dice {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final SplittableRandom random;

    Dice(long seed, int storefront, StorefrontTable table, long row) {
        long mixed = seed;
        for (long part : new long[] {storefront, table.name().hashCode(), row}) {
            mixed = new SplittableRandom(mixed ^ (part * 0x9E3779B97F4A7C15L)).nextLong();
        }
        this.random = new SplittableRandom(mixed);
    }

    /** From 0 to the bound, which it never is. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** From 0 to the bound; small numbers far more often than large ones. */
    int skewedBelow(int bound) {
        double share = random.nextDouble();
        return (int) (bound * share * share);
    }

    <T extends @Nullable Object> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A UUID of version 7 (RFC 9562): its order is that of time. */
    UUID uuid(Instant time) {
        long high = (time.toEpochMilli() << 16) | 0x7000 | random.nextInt(1 << 12);
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    static String text(Instant time) {
        return TIME.format(time) + "+00";
    }
}
