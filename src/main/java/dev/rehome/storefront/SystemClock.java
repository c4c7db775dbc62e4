package dev.rehome.storefront;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Duration;

/** The clock of the services. It ticks in microseconds, as the databases do: what is stored is then read again unchanged. */
@ApplicationScoped
class SystemClock {
    @Produces
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }
}
