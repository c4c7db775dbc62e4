package dev.rehome.dashboard;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Who asks: by a token in the header, or by the cookie that a token was exchanged for. Thread-safe. */
final class Access {
    static final String COOKIE = "rehome_session";
    private static final String BEARER = "Bearer ";

    private final Tokens tokens;
    private final Sessions sessions;
    private final Guesses guesses;

    Access(Tokens tokens, Guesses guesses, Clock clock) {
        this.tokens = tokens;
        this.sessions = new Sessions(clock);
        this.guesses = guesses;
    }

    /**
     * Empty if nobody has said who he is.
     *
     * @throws Refusal if the token is wrong, or too many were
     */
    Optional<Visitor> visitor(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null) {
            if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                throw Refusal.unknown();
            }
            return Optional.of(visitor(header.substring(BEARER.length()).strip(), request.getRemoteAddr()));
        }
        return secret(request).flatMap(sessions::find);
    }

    /** What is in the cookie; empty if there is none. */
    String secretOf(HttpServletRequest request) {
        return secret(request).orElse("");
    }

    /** Whether the secret of a cookie still lets somebody in. */
    boolean isGood(String secret) {
        return sessions.isGood(secret);
    }

    /**
     * Exchanges a token for a cookie.
     *
     * @throws Refusal if the token is wrong, or too many were
     */
    Visitor signIn(String token, HttpServletRequest request, HttpServletResponse response) {
        Visitor visitor = visitor(token, request.getRemoteAddr());
        secret(request).ifPresent(sessions::end);
        send(sessions.begin(visitor), Sessions.LONGEST, request, response);
        return visitor;
    }

    void signOut(HttpServletRequest request, HttpServletResponse response) {
        secret(request).ifPresent(sessions::end);
        send("", Duration.ZERO, request, response);
    }

    private Visitor visitor(String token, String address) {
        Duration refused = guesses.refusedFor(address);
        if (!refused.isZero()) {
            throw Refusal.tooMany(refused);
        }
        Optional<Visitor> visitor = tokens.find(token);
        if (visitor.isEmpty()) {
            guesses.wrong(address);
            throw Refusal.unknown();
        }
        guesses.right(address);
        return visitor.get();
    }

    private static Optional<String> secret(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(COOKIE)) {
                    return Optional.of(cookie.getValue());
                }
            }
        }
        return Optional.empty();
    }

    private static void send(String secret, Duration age, HttpServletRequest request, HttpServletResponse response) {
        Cookie cookie = new Cookie(COOKIE, secret);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(request.isSecure() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto")));
        cookie.setAttribute("SameSite", "Strict");
        cookie.setMaxAge((int) age.toSeconds());
        response.addCookie(cookie);
    }
}
