package dev.rehome.dashboard;

import dev.rehome.config.ServeConfig.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Knows who shows a token, and has none itself: only their SHA-256. How long an answer takes says nothing about how near a guess
 * was. Thread-safe.
 */
final class Tokens {
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @param sha256 in hexadecimal digits */
    private record Known(String sha256, Visitor visitor) {}

    private final List<Known> known;

    Tokens(List<Token> tokens) {
        known = tokens.stream()
                .map(token -> new Known(token.sha256(), new Visitor(token.name(), token.role())))
                .toList();
    }

    /** Nobody guesses it. */
    static String random() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    /** Looks at all of them, whichever is the one. */
    Optional<Visitor> find(String token) {
        byte[] shown = sha256(token).getBytes(StandardCharsets.US_ASCII);
        Optional<Visitor> found = Optional.empty();
        for (Known each : known) {
            if (MessageDigest.isEqual(each.sha256.getBytes(StandardCharsets.US_ASCII), shown)) {
                found = Optional.of(each.visitor);
            }
        }
        return found;
    }
}
