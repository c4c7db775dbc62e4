package dev.rehome.connection;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves on one of a pool's connections that row-level security binds: a superuser, an owner or a role with BYPASSRLS
 * ignores it without a word. Besides the role's attributes and the tables' settings it looks for a canary, the row of a
 * tenant that does not exist.
 *
 * @param tenantColumn the column that says whose row it is
 * @param tablesInPath whether the tables of the home are in the connection's search path; those of schema homes come there
 *     only after entering
 */
record IsolationProof(String tenantColumn, boolean tablesInPath) {
    private static final String ROLE =
            "select rolsuper, rolbypassrls, current_setting('row_security') = 'on', current_user"
                    + " from pg_roles where rolname = current_user";
    private static final String CANARIES = "select count(*) from rehome.canary";
    private static final String BECOME_CANARY =
            "select set_config('rehome.tenant', '00000000-0000-0000-0000-00000000cafe', true)";
    private static final String UNPROTECTED = """
            select c.relname, c.relrowsecurity and c.relforcerowsecurity
                       and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_rows'),
                   pg_has_role(current_user, c.relowner, 'USAGE')
              from pg_class c
              join pg_attribute a on a.attrelid = c.oid and a.attname = ? and not a.attisdropped
             where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
             order by c.relname""";

    /** @throws RehomeException (CONFIGURATION) naming everything that is wrong, and what mends it */
    void check(Connection connection) throws SQLException {
        List<String> problems = new ArrayList<>();
        if (connection.getAutoCommit()) {
            problems.add("autocommit is on: switch it off in the pool");
        }
        checkRole(connection, problems);
        if (problems.isEmpty()) {
            // With row_security off it would fail instead of answering; otherwise it would only repeat what is known.
            checkCanary(connection, problems);
        }
        if (tablesInPath) {
            checkTables(connection, problems);
        }
        connection.rollback();
        if (!problems.isEmpty()) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Isolation does not bind on " + connection.getMetaData().getURL() + ", so it is not served: "
                            + String.join("; ", problems) + ".");
        }
    }

    private static void checkRole(Connection connection, List<String> problems) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROLE);
                ResultSet row = statement.executeQuery()) {
            row.next();
            String role = row.getString(4);
            if (row.getBoolean(1)) {
                problems.add("role " + role + " is a superuser: alter role " + role + " nosuperuser");
            }
            if (row.getBoolean(2)) {
                problems.add("role " + role + " bypasses row-level security: alter role " + role + " nobypassrls");
            }
            if (!row.getBoolean(3)) {
                problems.add("row_security is off: alter role " + role + " reset row_security");
            }
        }
    }

    private static void checkCanary(Connection connection, List<String> problems) throws SQLException {
        if (count(connection) != 0) {
            problems.add("the canary of another tenant can be seen: row-level security does not bind this role");
        }
        try (PreparedStatement statement = connection.prepareStatement(BECOME_CANARY)) {
            statement.execute();
        }
        if (count(connection) != 1) {
            problems.add("the canary is missing from rehome.canary: bring the schema rehome up to date");
        }
    }

    private void checkTables(Connection connection, List<String> problems) throws SQLException {
        int tables = 0;
        try (PreparedStatement statement = connection.prepareStatement(UNPROTECTED)) {
            statement.setString(1, tenantColumn);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tables++;
                    if (!row.getBoolean(2)) {
                        problems.add("table " + row.getString(1)
                                + " is not protected: select rehome.protect('" + row.getString(1) + "', '"
                                + tenantColumn
                                + "', true) as its owner");
                    }
                    if (row.getBoolean(3)) {
                        problems.add("table " + row.getString(1) + " belongs to the run-time role: alter table "
                                + row.getString(1) + " owner to rehome_owner");
                    }
                }
            }
        }
        if (tables == 0) {
            problems.add("no table with a column " + tenantColumn + " is in the search path");
        }
    }

    private static int count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CANARIES);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }
}
