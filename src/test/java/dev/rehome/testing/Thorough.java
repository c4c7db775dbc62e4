package dev.rehome.testing;

/** {@code -Dthorough}: every variant is run of what else is run in some that differ. */
public final class Thorough {
    private Thorough() {}

    public static boolean isAsked() {
        return Boolean.getBoolean("thorough");
    }
}
