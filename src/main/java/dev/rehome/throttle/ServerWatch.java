package dev.rehome.throttle;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Servers;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether one server needs rest. A signal that has passed its limit has to fall well below it before it counts as over,
 * else the mover would start and stop with every answer. Not thread-safe.
 */
final class ServerWatch implements AutoCloseable {
    private static final double RESTED = 0.8;

    private final String server;
    private final ThrottleLimits limits;
    private final LoadProbe probe;
    private final Set<Signal> exceeded = EnumSet.noneOf(Signal.class);

    ServerWatch(Servers servers, String server, ThrottleLimits limits) {
        this.server = server;
        this.limits = limits;
        this.probe = new LoadProbe(servers, server);
    }

    /** @throws RehomeException (EXTERNAL) if asking fails for a reason that rest does not cure */
    Optional<ThrottleReason> look() {
        try {
            return judge(probe.ask());
        } catch (SQLException e) {
            return Optional.of(new ThrottleReason(server, unanswered(e)));
        }
    }

    private Optional<ThrottleReason> judge(Load load) {
        for (Signal signal : Signal.values()) {
            double share = signal.shareOfLimit(load, limits);
            if (share > 1) {
                exceeded.add(signal);
            } else if (share < RESTED) {
                exceeded.remove(signal);
            }
        }
        return exceeded.stream().findFirst().map(signal -> new ThrottleReason(server, signal.finding(load, limits)));
    }

    private String unanswered(SQLException e) {
        if (SqlState.isOutOfResources(e)) {
            return "has no connection or no memory left (SQLSTATE " + e.getSQLState() + ")";
        }
        if (SqlState.isConnectionLost(e) || SqlState.isCanceled(e)) {
            return "does not answer (SQLSTATE " + e.getSQLState() + ")";
        }
        throw new RehomeException(
                ErrorKind.EXTERNAL,
                "Server " + server + " cannot be asked how busy it is (SQLSTATE " + e.getSQLState()
                        + "). Look whether its roles are as Rehome made them, and start again.",
                e);
    }

    @Override
    public void close() throws SQLException {
        probe.close();
    }
}
