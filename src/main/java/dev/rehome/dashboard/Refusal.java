package dev.rehome.dashboard;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is not answered with what it asks for. Its message is for whoever asked, and ends with what to do next. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable Duration retryAfter;

    private Refusal(int status, String code, String message, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    static Refusal unknown() {
        return new Refusal(401, "SIGN_IN", "Nobody is known by that token. Sign in with one that is.", null);
    }

    static Refusal notSignedIn() {
        return new Refusal(401, "SIGN_IN", "Sign in, or send a token: 'Authorization: Bearer TOKEN'.", null);
    }

    static Refusal forbidden(String message) {
        return new Refusal(403, "FORBIDDEN", message, null);
    }

    static Refusal notFound(String what) {
        return new Refusal(404, "NOT_FOUND", "There is no " + what + ". Look at the list.", null);
    }

    static Refusal method(String allowed) {
        return new Refusal(405, "METHOD", "That is not done this way. Use " + allowed + ".", null);
    }

    static Refusal tooLarge(int most) {
        return new Refusal(413, "TOO_LARGE", "A body has at most " + most + " bytes. Send less.", null);
    }

    static Refusal notJson() {
        return new Refusal(415, "NOT_JSON", "Send the body as 'Content-Type: application/json'.", null);
    }

    static Refusal bad(String message) {
        return new Refusal(400, "USER", message, null);
    }

    static Refusal tooMany(Duration wait) {
        return new Refusal(429, "TOO_MANY", "That was too much. Try again in " + (wait.toSeconds() + 1) + " s.", wait);
    }

    static Refusal full(Duration wait) {
        return new Refusal(503, "FULL", "Too many are watching. Ask again now and then instead, or try later.", wait);
    }

    int status() {
        return status;
    }

    /** For programs. */
    String code() {
        return code;
    }

    /** Null if waiting changes nothing. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
