package dev.rehome.schema;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates the three roles on a server. Needs an administrator's connection, once; everything else is done by the roles
 * themselves.
 */
public final class Roles {
    private Roles() {}

    /**
     * Creates the roles that are missing, and gives all three the attributes and passwords they need. Can be repeated.
     *
     * @throws dev.rehome.error.RehomeException (CONFIGURATION) if the server is older than PostgreSQL 16
     */
    public static void create(Connection administrator, Map<DatabaseRole, Login> logins) throws SQLException {
        OldestPostgres.require(administrator);
        for (Map.Entry<DatabaseRole, Login> entry : logins.entrySet()) {
            String role = SqlNames.quote(entry.getValue().user());
            String attributes =
                    entry.getKey() == DatabaseRole.OWNER ? "createdb createrole" : "nocreatedb nocreaterole";
            try (Statement statement = administrator.createStatement()) {
                if (!exists(administrator, entry.getValue().user())) {
                    statement.execute("create role " + role);
                }
                statement.execute("alter role " + role + " login nosuperuser nobypassrls " + attributes + " password "
                        + literal(administrator, entry.getValue().password()));
            }
        }
        Login owner = logins.get(DatabaseRole.OWNER);
        Login mover = logins.get(DatabaseRole.MOVER);
        try (Statement statement = administrator.createStatement()) {
            if (owner != null) {
                // To end the idle connections of applications to a database that is being dropped.
                statement.execute("grant pg_signal_backend to " + SqlNames.quote(owner.user()));
            }
            if (mover != null) {
                // To say which transaction a cutover is waiting for, and to end it where the operator has allowed that.
                statement.execute("grant pg_read_all_stats, pg_signal_backend to " + SqlNames.quote(mover.user()));
            }
        }
    }

    private static boolean exists(Connection administrator, String role) throws SQLException {
        try (PreparedStatement statement = administrator.prepareStatement("select from pg_roles where rolname = ?")) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** DDL takes no bound values; the server does the quoting. */
    private static String literal(Connection administrator, @Nullable String value) throws SQLException {
        try (PreparedStatement statement =
                administrator.prepareStatement("select coalesce(quote_literal(?), 'null')")) {
            statement.setString(1, value);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
