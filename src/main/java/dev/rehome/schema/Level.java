package dev.rehome.schema;

/**
 * How far a changelog has been run in a schema, as a hash of everything that it has recorded there. What the same changelog
 * has still to do is the same wherever the level is.
 *
 * @param fingerprint empty where no changelog was ever run
 */
public record Level(String fingerprint) {
    /** Of a schema that does not exist, or in which no changelog was ever run. */
    public static final Level NONE = new Level("");

    private static final int SHOWN = 8;

    @Override
    public String toString() {
        return fingerprint.isEmpty() ? "none" : fingerprint.substring(0, SHOWN);
    }
}
