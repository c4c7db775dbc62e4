package dev.rehome.config;

import dev.rehome.error.RehomeException;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the values of the file can be, and how each is read. */
public final class Values {
    /** A kind of value. */
    @FunctionalInterface
    interface Kind<T> {
        /** @throws IllegalArgumentException with what the value must be, as a sentence without its subject and without the value */
        T read(Scalar scalar);
    }

    /** PostgreSQL cuts longer names silently (manual, 4.1.1). */
    static final int NAME_BYTES = 63;

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern DURATION =
            Pattern.compile("([+-]?)([0-9]{1,18}(?:\\.[0-9]{1,9})?) *(ns|us|ms|s|m|h|d)");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?) *([kMGT])B");
    private static final Pattern WINDOW = Pattern.compile("([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2}) +(\\S+)");
    private static final Pattern PRICE =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)-([0-9]{1,9}(?:\\.[0-9]{1,6})?)(?: +per +([0-9]{1,9}))?");
    private static final Map<String, Duration> UNITS = Map.of(
            "ns", Duration.ofNanos(1),
            "us", Duration.ofNanos(1_000),
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Values() {}

    static String text(Scalar scalar) {
        return scalar.text();
    }

    static String word(Scalar scalar) {
        if (scalar.text().isBlank()) {
            throw new IllegalArgumentException("must not be empty");
        }
        return scalar.text();
    }

    static Path path(Scalar scalar) {
        try {
            return Path.of(word(scalar));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be the path of a directory", e);
        }
    }

    static boolean truth(Scalar scalar) {
        return switch (scalar.quoted() ? "" : scalar.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, without quotes");
        };
    }

    static Kind<Integer> intAtLeast(int minimum) {
        return scalar -> (int) number(scalar, minimum, Integer.MAX_VALUE);
    }

    /** A whole number of percent, without the sign. */
    static Kind<Integer> percent() {
        return scalar -> (int) number(scalar, 1, 100);
    }

    static Kind<Long> longAtLeast(long minimum) {
        return scalar -> number(scalar, minimum, Long.MAX_VALUE);
    }

    /** A number of bytes with a decimal unit such as 500MB and 1.5TB. */
    static long bytes(Scalar scalar) {
        Matcher matcher = BYTES.matcher(scalar.text());
        try {
            if (matcher.matches()) {
                BigDecimal unit = BigDecimal.TEN.pow(3 * (1 + "kMGT".indexOf(matcher.group(2))));
                long bytes = new BigDecimal(matcher.group(1))
                        .multiply(unit)
                        .toBigInteger()
                        .longValueExact();
                if (bytes > 0) {
                    return bytes;
                }
            }
        } catch (ArithmeticException tooMany) {
            // Reported below.
        }
        throw new IllegalArgumentException("must be a number of bytes above 0 such as 500MB, 100GB or 1.5TB");
    }

    /** One of an enum's constants, in lower case. */
    static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        return scalar -> Stream.of(type.getEnumConstants())
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(scalar.text()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be "
                        + Stream.of(type.getEnumConstants())
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    /** A time of the day such as 22:00-05:00 Europe/Berlin. */
    static DailyWindow window(Scalar scalar) {
        Matcher matcher = WINDOW.matcher(scalar.text());
        try {
            if (matcher.matches()) {
                DailyWindow window = new DailyWindow(
                        LocalTime.parse(matcher.group(1)),
                        LocalTime.parse(matcher.group(2)),
                        ZoneId.of(matcher.group(3)));
                if (!window.from().equals(window.until())) {
                    return window;
                }
            }
        } catch (DateTimeException e) {
            // Reported below.
        }
        throw new IllegalArgumentException("must be a time of the day and its zone, such as 22:00-05:00 Europe/Berlin");
    }

    /** A range of prices a month such as 50-200, or 500-2000 per 10000 for so many tenants together. */
    static PricesConfig.Price price(Scalar scalar) {
        Matcher matcher = PRICE.matcher(scalar.text());
        if (matcher.matches()) {
            BigDecimal low = new BigDecimal(matcher.group(1));
            BigDecimal high = new BigDecimal(matcher.group(2));
            int tenants = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
            if (low.compareTo(high) <= 0 && tenants > 0) {
                return new PricesConfig.Price(low, high, tenants);
            }
        }
        throw new IllegalArgumentException(
                "must be a range of prices a month such as 50-200, or 500-2000 per 10000 for so many tenants");
    }

    /** A number with a unit such as 200ms, 1.5h and 7d, or ISO 8601 such as PT24H. */
    static Kind<Duration> durationAtLeast(Duration minimum) {
        return scalar -> {
            Duration duration = duration(scalar.text());
            if (duration.compareTo(minimum) < 0) {
                throw new IllegalArgumentException(
                        minimum.isZero() ? "must not be negative" : "must be at least " + minimum.toMillis() + "ms");
            }
            return duration;
        };
    }

    static Tier tier(Scalar scalar) {
        try {
            return Tier.parse(scalar.text());
        } catch (RehomeException notATier) {
            throw new IllegalArgumentException("must be a tier: shared, schema or database", notATier);
        }
    }

    static TenantId tenant(Scalar scalar) {
        try {
            return TenantId.parse(scalar.text());
        } catch (RehomeException notATenant) {
            throw new IllegalArgumentException(
                    "must be a tenant's UUID, such as 550e8400-e29b-41d4-a716-446655440000", notATenant);
        }
    }

    /** A name of a database object that needs no quotes. */
    static String name(Scalar scalar) {
        String name = scalar.text();
        if (!NAME.matcher(name).matches() || name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
            throw new IllegalArgumentException("must be a name of lower-case letters, digits and underscores, at most "
                    + NAME_BYTES + " long, not beginning with a digit");
        }
        return name;
    }

    /** A name of a schema that is neither PostgreSQL's nor Rehome's own. */
    static String schema(Scalar scalar) {
        String name = name(scalar);
        if (name.startsWith("pg_") || name.equals("information_schema") || name.matches("rehome(_directory)?")) {
            throw new IllegalArgumentException("must not be a schema that PostgreSQL or Rehome uses itself");
        }
        return name;
    }

    private static long number(Scalar scalar, long minimum, long maximum) {
        if (scalar.quoted() || !INTEGER.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException("must be a whole number, without quotes");
        }
        try {
            long number = Long.parseLong(scalar.text());
            if (number >= minimum && number <= maximum) {
                return number;
            }
        } catch (NumberFormatException tooLong) {
            // Reported below: it is out of range too.
        }
        throw new IllegalArgumentException(
                "must be " + minimum + " or more" + (scalar.text().startsWith("-") ? "" : ", and at most " + maximum));
    }

    /**
     * A number with a unit such as 200ms, 1.5h and 7d, or ISO 8601 such as PT24H.
     *
     * @throws IllegalArgumentException with what the text must be, as a sentence without its subject
     */
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        try {
            if (matcher.matches()) {
                BigDecimal nanos = new BigDecimal(matcher.group(1) + matcher.group(2))
                        .multiply(BigDecimal.valueOf(UNITS.getOrDefault(matcher.group(3), Duration.ZERO)
                                .toNanos()));
                return Duration.ofNanos(nanos.toBigInteger().longValueExact());
            }
            // Durations are counted in nanoseconds later on: what does not fit is refused here.
            return Duration.ofNanos(Duration.parse(text).toNanos());
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("must be a duration such as 200ms, 5s, 24h, 7d or PT24H", e);
        }
    }
}
