package dev.rehome.dashboard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who has signed in with a browser, in this process only. Thread-safe. */
final class Sessions {
    static final Duration LONGEST = Duration.ofHours(12);
    private static final Duration LONGEST_IDLE = Duration.ofHours(2);
    private static final int MOST = 1_000;

    private static final class Session {
        private final Visitor visitor;
        private final Instant endsAt;
        private Instant usedAt;

        Session(Visitor visitor, Instant now) {
            this.visitor = visitor;
            this.endsAt = now.plus(LONGEST);
            this.usedAt = now;
        }

        boolean isOver(Instant now) {
            return now.isAfter(endsAt) || now.isAfter(usedAt.plus(LONGEST_IDLE));
        }
    }

    private final Clock clock;
    /** By the hash of the secret in the cookie, so that looking one up compares no secret. */
    private final Map<String, Session> sessions = new HashMap<>();

    Sessions(Clock clock) {
        this.clock = clock;
    }

    /** Returns the secret for the cookie. */
    synchronized String begin(Visitor visitor) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> session.isOver(now));
        if (sessions.size() >= MOST) {
            sessions.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().usedAt))
                    .map(Map.Entry::getKey)
                    .ifPresent(sessions::remove);
        }
        String secret = Tokens.random();
        sessions.put(Tokens.sha256(secret), new Session(visitor, now));
        return secret;
    }

    synchronized Optional<Visitor> find(String secret) {
        Instant now = clock.instant();
        Session session = sessions.get(Tokens.sha256(secret));
        if (session == null || session.isOver(now)) {
            return Optional.empty();
        }
        session.usedAt = now;
        return Optional.of(session.visitor);
    }

    /** As {@link #find}, without being a sign that somebody is still there. */
    synchronized boolean isGood(String secret) {
        Session session = sessions.get(Tokens.sha256(secret));
        return session != null && !session.isOver(clock.instant());
    }

    synchronized void end(String secret) {
        sessions.remove(Tokens.sha256(secret));
    }
}
