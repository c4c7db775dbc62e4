package dev.rehome.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is told when something is wrong with the fleet. Immutable; {@link #toString} shows no URL, as those of webhooks are secrets.
 *
 * @param interval at which it is looked
 * @param webhook where each alert is posted to as JSON, when it fires and when it is over; empty for nowhere
 * @param timeout of one attempt to post
 * @param moveWaits for how long a move may wait before that is an alert; one that is held back may wait for ever
 * @param statisticsAge how old the statistics of tenants may be
 */
public record AlertsConfig(
        Duration interval, Optional<URI> webhook, Duration timeout, Duration moveWaits, Duration statisticsAge) {
    /** What holds unless the file says otherwise. */
    public static final AlertsConfig DEFAULT = new AlertsConfig(
            Duration.ofSeconds(30), Optional.empty(), Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofHours(6));

    @Override
    public String toString() {
        return "AlertsConfig[interval=" + interval + ", webhook=" + (webhook.isPresent() ? "..." : "none")
                + ", timeout=" + timeout + ", moveWaits=" + moveWaits + ", statisticsAge=" + statisticsAge + "]";
    }
}
