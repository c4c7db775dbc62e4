package dev.rehome.move.crew;

import dev.rehome.time.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Servers that have no room for another move. Any number of moves may wait for one of them; only one of those asks, with growing
 * pauses, and sooner when one of the crew's own moves there has ended. Thread-safe.
 */
final class FullServers {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Map<String, Full> full = new HashMap<>();

    private static final class Full {
        private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        private long untilNanos;
    }

    /** How long a move between these servers need not ask; zero or less if it may. */
    synchronized Duration fullFor(Collection<String> servers) {
        long now = System.nanoTime();
        long longest = 0;
        for (String server : servers) {
            Full known = full.get(server);
            if (known != null) {
                longest = Math.max(longest, known.untilNanos - now);
            }
        }
        return Duration.ofNanos(longest);
    }

    /** It has refused a move. */
    synchronized void refused(String server) {
        Full known = full.computeIfAbsent(server, first -> new Full());
        known.untilNanos = System.nanoTime() + known.backoff.next().toNanos();
    }

    /** A move between them has ended, or been let in. */
    synchronized void mayHaveRoom(Collection<String> servers) {
        full.keySet().removeAll(servers);
    }
}
