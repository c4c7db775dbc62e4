package dev.rehome.config;

import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A time of the day at which something may be begun. Immutable.
 *
 * @param until the end; if it is not after the beginning, one of the next day
 */
public record DailyWindow(LocalTime from, LocalTime until, ZoneId zone) {
    @Override
    public String toString() {
        return from + "-" + until + " " + zone;
    }
}
