package dev.rehome.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
    private static final LocalDate FRIDAY = LocalDate.parse("2026-11-27");

    @Test
    void theNewestNightOfEachOfTheLatestDaysWeeksAndMonthsIsKept() {
        Set<LocalDate> nights =
                FRIDAY.minusDays(99).datesUntil(FRIDAY.plusDays(1)).collect(Collectors.toSet());

        assertEquals(
                dates("2026-11-27", "2026-11-26", "2026-11-22", "2026-10-31", "2026-09-30"), kept("2d,2w,3m", nights));
    }

    @Test
    void nightsWithoutAFileDoNotCountSoOldFilesOutliveALongFailure() {
        Set<LocalDate> nights = dates("2024-01-05", "2024-01-04", "2023-06-01", "2019-01-01");

        assertEquals(dates("2024-01-05", "2024-01-04"), kept("2d", nights));
        assertEquals(dates("2024-01-05", "2023-06-01"), kept("1d,2y", nights));
    }

    @Test
    void aYearsLastDayAndTheNextYearsFirstAreOfOneWeek() {
        assertEquals(dates("2026-01-01"), kept("3w", dates("2025-12-31", "2026-01-01")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "7d,", "0d", "-1d", "7d,8d", "7x", "7d 4w", "99999d"})
    void whatCannotBeUnderstoodIsRefusedRatherThanTakenForNothing(String text) {
        assertEquals(
                ErrorKind.USER,
                assertThrows(RehomeException.class, () -> Retention.parse(text)).kind());
    }

    private static Set<LocalDate> kept(String text, Set<LocalDate> nights) {
        return new TreeSet<>(Retention.parse(text).kept(List.copyOf(nights)));
    }

    private static Set<LocalDate> dates(String... texts) {
        return Stream.of(texts).map(LocalDate::parse).collect(Collectors.toCollection(TreeSet::new));
    }
}
