package dev.rehome.export;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that files are checked by. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256 (MessageDigest).", e);
        }
    }
}
