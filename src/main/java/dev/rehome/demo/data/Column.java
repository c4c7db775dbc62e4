package dev.rehome.demo.data;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column of the seven files.
 *
 * @param nullable whether the field may be empty
 * @param maximumLength of a text, in characters
 * @param references the table whose id the value is, if it is one
 */
record Column(
        String name,
        Kind kind,
        boolean nullable,
        int maximumLength,
        @Nullable StorefrontTable references) {
    enum Kind {
        UUID,
        TEXT,
        INTEGER,
        MONEY,
        TIME
    }

    private static final int UUID_LENGTH = 36;
    /** As {@code numeric(19, 4)}: more decimals would be rounded away silently. */
    private static final Pattern MONEY = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,4})?");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final String UTC = "+00";

    static Column uuid(String name) {
        return new Column(name, Kind.UUID, false, 0, null);
    }

    static Column reference(String name, StorefrontTable references) {
        return new Column(name, Kind.UUID, false, 0, references);
    }

    static Column text(String name, int maximumLength) {
        return new Column(name, Kind.TEXT, false, maximumLength, null);
    }

    static Column of(String name, Kind kind) {
        return new Column(name, kind, false, 0, null);
    }

    Column orNull() {
        return new Column(name, kind, true, maximumLength, references);
    }

    /**
     * The value of a field in the one form that PostgreSQL reads and that equal values share; null for an empty field.
     *
     * @throws IllegalArgumentException saying what is wrong, as a sentence without its subject
     */
    @Nullable
    String read(String field) {
        if (field.isEmpty()) {
            if (nullable) {
                return null;
            }
            throw new IllegalArgumentException("must not be empty");
        }
        return switch (kind) {
            case UUID -> uuidOf(field);
            case TEXT -> textOf(field);
            case INTEGER -> integerOf(field);
            case MONEY -> moneyOf(field);
            case TIME -> timeOf(field);
        };
    }

    private static String uuidOf(String field) {
        try {
            String canonical = UUID.fromString(field).toString();
            // UUID.fromString also takes shorter groups.
            if (field.length() == UUID_LENGTH && canonical.equalsIgnoreCase(field)) {
                return canonical;
            }
        } catch (IllegalArgumentException notAUuid) {
            // Reported below, together with what UUID.fromString lets through.
        }
        throw new IllegalArgumentException("is not a UUID");
    }

    private String textOf(String field) {
        if (field.length() > maximumLength && field.codePointCount(0, field.length()) > maximumLength) {
            throw new IllegalArgumentException("is longer than " + maximumLength + " characters");
        }
        if (field.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("holds the character NUL, which PostgreSQL cannot store");
        }
        return field;
    }

    private static String integerOf(String field) {
        try {
            return Integer.toString(Integer.parseInt(field));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a whole number of 32 bits", e);
        }
    }

    private static String moneyOf(String field) {
        if (!MONEY.matcher(field).matches()) {
            throw new IllegalArgumentException(
                    "is not an amount with at most 15 digits before and 4 behind the decimal point");
        }
        return field;
    }

    private static String timeOf(String field) {
        try {
            LocalDateTime.parse(field, TIME);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is not a time such as 2011-12-09 08:30:00", e);
        }
        return field + UTC;
    }
}
