package dev.rehome.throttle;

import java.time.Duration;
import java.util.Locale;

/** One figure of a server's load, against its limit. */
enum Signal {
    WRITE_LATENCY {
        @Override
        double shareOfLimit(Load load, ThrottleLimits limits) {
            return ratio(load.writeLatency(), limits.writeLatency());
        }

        @Override
        String finding(Load load, ThrottleLimits limits) {
            return "a small commit took " + text(load.writeLatency()) + ", limit " + text(limits.writeLatency());
        }
    },
    REPLICATION_LAG {
        @Override
        double shareOfLimit(Load load, ThrottleLimits limits) {
            return ratio(load.replicationLag(), limits.replicationLag());
        }

        @Override
        String finding(Load load, ThrottleLimits limits) {
            return "the slowest standby lags " + text(load.replicationLag()) + ", limit "
                    + text(limits.replicationLag());
        }
    },
    CONNECTIONS {
        @Override
        double shareOfLimit(Load load, ThrottleLimits limits) {
            return 100.0 * load.connections() / load.connectionsAllowed() / limits.connectionsPercent();
        }

        @Override
        String finding(Load load, ThrottleLimits limits) {
            return load.connections() + " of " + load.connectionsAllowed() + " connections in use, limit "
                    + limits.connectionsPercent() + " %";
        }
    };

    /** Above 1 the server needs rest. */
    abstract double shareOfLimit(Load load, ThrottleLimits limits);

    abstract String finding(Load load, ThrottleLimits limits);

    private static double ratio(Duration figure, Duration limit) {
        return (double) figure.toNanos() / limit.toNanos();
    }

    /** A commit is a matter of a few milliseconds, a lag of many. */
    private static String text(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.3f ms" : "%.0f ms", millis);
    }
}
