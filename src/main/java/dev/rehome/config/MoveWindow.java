package dev.rehome.config;

import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A time of the day at which the strategy's moves may be begun. Immutable.
 *
 * @param until the end; if it is not after the beginning, one of the next day
 */
public record MoveWindow(LocalTime from, LocalTime until, ZoneId zone) {
    @Override
    public String toString() {
        return from + "-" + until + " " + zone;
    }
}
