package dev.rehome.connection;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A changeset that every home must have run before its tenants are served. A home that has is asked once for each placement
 * (a shared one once for all its tenants), one that has not is asked again each time. Thread-safe.
 */
final class MinimumLevel {
    private final @Nullable String changeset;
    /** At which epoch a home has been found to be new enough. */
    private final ConcurrentMap<Home, Epoch> met = new ConcurrentHashMap<>();

    /** @param changeset its id; null if any home will do */
    MinimumLevel(@Nullable String changeset) {
        this.changeset = changeset;
    }

    @Nullable
    String changeset() {
        return changeset;
    }

    /** Whether the home will do, or is not there at all. The connection has entered nowhere, and has no transaction afterwards. */
    boolean isMetBy(Connection connection, Placement placement) throws SQLException {
        if (changeset == null) {
            return true;
        }
        Home home = placement.home();
        Epoch epoch = home.tier() == Tier.SHARED ? Epoch.FIRST : placement.epoch();
        if (epoch.equals(met.get(home))) {
            return true;
        }
        boolean isMet = hasRun(connection, home, changeset);
        connection.rollback();
        if (isMet) {
            met.put(home, epoch);
        }
        return isMet;
    }

    private static boolean hasRun(Connection connection, Home home, String changeset) throws SQLException {
        boolean h2 = "H2".equals(connection.getMetaData().getDatabaseProductName());
        String sql = h2
                ? "select exists (select 1 from " + SqlNames.quote(home.schema(), "databasechangelog")
                        + " where id = ?)"
                : "select coalesce(rehome.has_run(?, ?), true)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (!h2) {
                statement.setString(1, home.schema());
            }
            statement.setString(h2 ? 1 : 2, changeset);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            if (SqlState.isUndefinedFunction(e)) {
                return false; // a database from before there was such a question
            }
            throw e;
        }
    }
}
