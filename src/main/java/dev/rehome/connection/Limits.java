package dev.rehome.connection;

import java.time.Duration;

/**
 * What applications may take from the servers.
 *
 * @param perTenant connections one tenant may hold at a time
 * @param perServer connections all tenants together may have open on one server, idle ones included
 * @param timeout how long a request waits for a connection to its tenant's home, everything included
 */
public record Limits(int perTenant, int perServer, Duration timeout) {
    /** 20 a tenant, 100 a server, 5 seconds. */
    public static final Limits DEFAULT = new Limits(20, 100, Duration.ofSeconds(5));

    public Limits {
        if (perTenant < 1 || perServer < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("Limits are positive: " + perTenant + " connections a tenant, "
                    + perServer + " a server, " + timeout + ".");
        }
    }
}
