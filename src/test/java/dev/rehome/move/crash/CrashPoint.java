package dev.rehome.move.crash;

import dev.rehome.placement.Tier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One point of the matrix: which move, and what goes wrong where. Written as
 * {@code SHARED-SCHEMA/BESIDE/DONE/KILLED/137}, or {@code SHARED-SCHEMA/BESIDE/DONE/KILLED/#2 words of a statement}.
 */
record CrashPoint(Column column, Fault fault, Site site) {
    /**
     * A statement of the mover's.
     *
     * @param number of the statement, from 1; of those with these words, if there are any
     * @param words its first words as {@link MoverStatements} shows them; empty for any statement
     */
    record Site(int number, String words) {
        static final Site NOWHERE = new Site(Integer.MAX_VALUE, "");

        private static final Pattern WORDS = Pattern.compile("#([0-9]+) (.*)");

        boolean hasWords() {
            return !words.isEmpty();
        }

        static Site at(int number) {
            return new Site(number, "");
        }

        static Site parse(String text) {
            Matcher words = WORDS.matcher(text);
            return words.matches()
                    ? new Site(Integer.parseInt(words.group(1)), words.group(2))
                    : at(Integer.parseInt(text));
        }

        @Override
        public String toString() {
            return hasWords() ? "#" + number + " " + words : Integer.toString(number);
        }
    }

    /** How the rows are copied. */
    enum Manner {
        /** Beside the traffic, by one worker. */
        BESIDE,
        /** Beside the traffic, by two workers. */
        TOGETHER,
        /** Inside the fence of the cutover, as small tenants are. */
        FENCED
    }

    /** What the move is to come to, once somebody has taken it over. */
    enum End {
        DONE,
        /** Statements count from the moment at which the soak turns back. */
        ROLLED_BACK,
        /** The first mover was to go on; whoever comes after it gives the move up. Statements count until the soak. */
        CANCELLED
    }

    /** A kind of move, whose statements are gone through one by one. */
    record Column(Tier from, Tier to, Manner manner, End end) {
        Column back() {
            return new Column(to, from, manner, end);
        }

        @Override
        public String toString() {
            return from + "-" + to + "/" + manner + "/" + end;
        }
    }

    /** Whether it may be a statement that only the first database of a server takes, of which others are copies. */
    boolean isOfFirstDatabase() {
        return column.to() == Tier.DATABASE && column.end() != End.ROLLED_BACK && site.hasWords();
    }

    static CrashPoint parse(String text) {
        String[] part = text.split("[/-]", 6);
        if (part.length != 6) {
            throw new IllegalArgumentException("'" + text + "' is not like SHARED-SCHEMA/BESIDE/DONE/KILLED/137.");
        }
        return new CrashPoint(
                new Column(Tier.valueOf(part[0]), Tier.valueOf(part[1]), Manner.valueOf(part[2]), End.valueOf(part[3])),
                Fault.valueOf(part[4]),
                Site.parse(part[5]));
    }

    @Override
    public String toString() {
        return column + "/" + fault + "/" + site;
    }
}
