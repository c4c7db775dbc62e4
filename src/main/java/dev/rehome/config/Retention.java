package dev.rehome.config;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which nights' files are kept: the newest of each of the latest days, weeks, months and years of which there is one. Nights without a
 * file do not count, so whatever fails for long does not empty the folder. The newest of all is always kept. Immutable.
 */
public final class Retention {
    private static final Pattern PART = Pattern.compile("([1-9][0-9]{0,3})([dwmy])");

    /** How nights are put together; a letter each. */
    private enum Period {
        D,
        W,
        M,
        Y;

        /** What all nights of a period have in common. */
        Object of(LocalDate night) {
            return switch (this) {
                case D -> night;
                case W -> night.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case M -> YearMonth.from(night);
                case Y -> night.getYear();
            };
        }
    }

    private final String text;
    private final Map<Period, Integer> counts = new EnumMap<>(Period.class);

    private Retention(String text) {
        this.text = text;
    }

    /**
     * Reads it.
     *
     * @param text such as {@code 7d,4w,12m}
     * @throws RehomeException (USER) if it cannot be understood
     */
    public static Retention parse(String text) {
        Retention retention = new Retention(text);
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches()
                    || retention.counts.put(
                                    Period.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
                                    Integer.parseInt(matcher.group(1)))
                            != null) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "'" + text
                                + "' does not say what is kept. Give numbers of days, weeks, months and years, each once,"
                                + " such as 7d,4w,12m.");
            }
        }
        return retention;
    }

    /** Of these. */
    public Set<LocalDate> kept(Collection<LocalDate> nights) {
        NavigableSet<LocalDate> newestFirst = new TreeSet<>(nights).descendingSet();
        Set<LocalDate> kept = new HashSet<>();
        if (!newestFirst.isEmpty()) {
            kept.add(newestFirst.first());
        }
        counts.forEach((period, count) -> {
            Set<Object> seen = new HashSet<>();
            for (LocalDate night : newestFirst) {
                if (seen.size() < count && seen.add(period.of(night))) {
                    kept.add(night);
                }
            }
        });
        return kept;
    }

    /** By what is kept, however that was written. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Retention retention && counts.equals(retention.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
