package dev.rehome.config;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

/** Reads {@code alerts}. */
final class AlertsSection {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private AlertsSection() {}

    static AlertsConfig read(YamlMap map) {
        AlertsConfig defaults = AlertsConfig.DEFAULT;
        return new AlertsConfig(
                map.find("interval", Values.durationAtLeast(A_SECOND)).orElse(defaults.interval()),
                map.findSecret("webhook", AlertsSection::webhook),
                map.find("timeout", Values.durationAtLeast(Duration.ofMillis(100)))
                        .orElse(defaults.timeout()),
                map.find("move_waits", Values.durationAtLeast(A_SECOND)).orElse(defaults.moveWaits()),
                map.find("statistics_age", Values.durationAtLeast(A_SECOND)).orElse(defaults.statisticsAge()));
    }

    private static URI webhook(Scalar scalar) {
        try {
            URI uri = URI.create(scalar.text());
            if (uri.getScheme() != null && Set.of("http", "https").contains(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException notAUri) {
            // Reported below; its message would repeat the URL.
        }
        throw new IllegalArgumentException("must be a URL that begins with http:// or https://");
    }
}
