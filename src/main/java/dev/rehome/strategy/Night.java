package dev.rehome.strategy;

import dev.rehome.config.DailyWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One opening of a window, in real time: shorter or longer where clocks are changed.
 *
 * @param end exclusive
 */
public record Night(Instant begin, Instant end) {
    boolean has(Instant time) {
        return !time.isBefore(begin) && time.isBefore(end);
    }

    Duration length() {
        return Duration.between(begin, end);
    }

    /** The one that this time is in; the one that ends last, if windows overlap. */
    public static Optional<Night> at(Collection<DailyWindow> windows, Instant now) {
        return around(windows, now).filter(night -> night.has(now)).max(Comparator.comparing(Night::end));
    }

    /** The next that begins after this time. */
    static Optional<Night> after(Collection<DailyWindow> windows, Instant now) {
        return around(windows, now).filter(night -> night.begin().isAfter(now)).min(Comparator.comparing(Night::begin));
    }

    private static Stream<Night> around(Collection<DailyWindow> windows, Instant now) {
        return windows.stream().flatMap(window -> Stream.of(-1, 0, 1, 2).map(days -> on(window, now, days)));
    }

    private static Night on(DailyWindow window, Instant now, int days) {
        ZonedDateTime day = now.atZone(window.zone()).plusDays(days);
        ZonedDateTime begin = day.with(window.from());
        ZonedDateTime end = window.until().isAfter(window.from())
                ? day.with(window.until())
                : day.plusDays(1).with(window.until());
        return new Night(begin.toInstant(), end.toInstant());
    }
}
