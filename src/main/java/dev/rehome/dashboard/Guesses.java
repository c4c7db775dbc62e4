package dev.rehome.dashboard;

import dev.rehome.audit.AuditTrail;
import dev.rehome.audit.Deed;
import dev.rehome.audit.Deed.Outcome;
import dev.rehome.error.RehomeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows whoever shows wrong tokens: after some of them an address has to wait, each time twice as long, before another token of its
 * is looked at at all. Logged, and in the audit trail each time their number has doubled, so that a flood of guesses fills neither.
 * Thread-safe.
 */
final class Guesses {
    private static final Logger LOG = LoggerFactory.getLogger(Guesses.class);
    private static final int MOST_ADDRESSES = 10_000;
    private static final int FREE = 5;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 9;
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private static final class Guesser {
        private long wrong;
        private Instant lastAt = Instant.EPOCH;
        private Instant refusedUntil = Instant.EPOCH;
    }

    private final AuditTrail trail;
    private final Clock clock;
    private final Map<String, Guesser> guessers = new BoundedMap<>(MOST_ADDRESSES);

    Guesses(AuditTrail trail, Clock clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /** For how long no token of the address is looked at; zero if one is. */
    Duration refusedFor(String address) {
        synchronized (guessers) {
            Guesser guesser = guessers.get(Addresses.limited(address));
            if (guesser == null) {
                return Duration.ZERO;
            }
            Duration left = Duration.between(clock.instant(), guesser.refusedUntil);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    void wrong(String address) {
        long wrong;
        synchronized (guessers) {
            Instant now = clock.instant();
            Guesser guesser = guessers.computeIfAbsent(Addresses.limited(address), first -> new Guesser());
            if (guesser.lastAt.plus(FORGOTTEN_AFTER).isBefore(now)) {
                guesser.wrong = 0;
            }
            wrong = ++guesser.wrong;
            guesser.lastAt = now;
            if (wrong >= FREE) {
                guesser.refusedUntil = now.plus(FIRST_WAIT.multipliedBy(1L << Math.min(MOST_DOUBLINGS, wrong - FREE)));
            }
        }
        if (Long.bitCount(wrong) == 1) {
            LOG.warn("address={} wrong tokens={} at the dashboard", address, wrong);
            try {
                trail.write(new Deed(
                        address,
                        "DASHBOARD",
                        "SIGN_IN",
                        "the dashboard",
                        "wrong token, number " + wrong + " from this address",
                        Outcome.REFUSED));
            } catch (RehomeException e) {
                LOG.warn(
                        "address={} a wrong token could not be written to the audit trail: {}",
                        address,
                        e.getMessage());
            }
        }
    }

    void right(String address) {
        synchronized (guessers) {
            guessers.remove(Addresses.limited(address));
        }
    }
}
