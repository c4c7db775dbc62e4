package dev.rehome.config;

/** How far two words are apart: the number of letters to insert, remove or replace (Levenshtein's distance). */
final class Spelling {
    private Spelling() {}

    /** Whether one word is likely the other one mistyped. */
    static boolean isNear(String word, String other) {
        return distance(word, other) <= Math.max(2, other.length() / 3);
    }

    static int distance(String word, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= word.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (word.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
