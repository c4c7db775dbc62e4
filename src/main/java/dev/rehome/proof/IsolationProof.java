package dev.rehome.proof;

import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proves on a connection of the run-time role that isolation binds: a superuser, an owner or a role with BYPASSRLS ignores
 * row-level security without a word, and so does a table whose policy was changed. Besides the catalog it looks for a
 * canary, the row of a tenant that does not exist. Only on PostgreSQL. Immutable and thread-safe.
 *
 * @param tenantColumn the column that says whose row it is
 * @param searchPath what the connection was opened with, as a pooler may have dropped it, and then names mean other tables; null
 *     if it is not looked at, because it is set in each transaction or nothing is done by name
 */
public record IsolationProof(String tenantColumn, @Nullable String searchPath) {
    private static final String CANARIES = "select count(*) from rehome.canary";
    private static final String BECOME_CANARY =
            "select set_config('rehome.tenant', '00000000-0000-0000-0000-00000000cafe', true)";

    /**
     * Finds what is wrong with the session, whatever home it is for: autocommit, pooler, role, canary.
     *
     * @param connection in no transaction, and in none afterwards
     */
    public List<Finding> ofSession(Connection connection) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        if (connection.getAutoCommit()) {
            findings.add(new Finding("AUTOCOMMIT", "Autocommit is on", "Switch it off in the pool"));
        }
        if (PoolerMode.of(connection) == PoolerMode.STATEMENT) {
            findings.add(new Finding(
                    "STATEMENT_POOLER",
                    "A pooler before the server lets no transaction hold longer than a statement",
                    "pool_mode = transaction, or session, for this database in its configuration (pgbouncer.ini)"));
            return findings; // and the connection is broken
        }
        try (PreparedStatement statement = connection.prepareStatement(SessionCheck.ALL)) {
            findings.addAll(Checks.findings(statement));
        }
        String path = text(connection, "select current_setting('search_path')");
        if (searchPath != null && !path.equals(searchPath)) {
            findings.add(new Finding(
                    "SEARCH_PATH",
                    "The search path is " + path + " where " + searchPath + " was asked for",
                    "Let the pooler pass on search_path, or set it for the role in this database"));
        }
        if (findings.isEmpty()) {
            // Else it would fail or only repeat what is known.
            checkCanary(connection, findings);
        }
        connection.rollback();
        return findings;
    }

    /**
     * Finds what is wrong with a home in the connection's database.
     *
     * @param connection in no transaction, and in none afterwards
     */
    public List<Finding> ofHome(Connection connection, Home home) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HomeCheck.ALL)) {
            statement.setString(1, home.schema());
            statement.setString(2, tenantColumn);
            statement.setString(3, home.tier() == Tier.SCHEMA ? home.schema() : null);
            List<Finding> findings = Checks.findings(statement);
            connection.rollback();
            return findings;
        }
    }

    /** Whether these findings say no more than that the home is not there. */
    public static boolean isAbsence(List<Finding> ofHome) {
        return ofHome.stream().anyMatch(finding -> finding.check().equals(HomeCheck.NO_SCHEMA.name()));
    }

    private static void checkCanary(Connection connection, List<Finding> findings) throws SQLException {
        if (!text(connection, CANARIES).equals("0")) {
            findings.add(new Finding(
                    "CANARY_SEEN",
                    "The canary of another tenant can be seen: row-level security does not bind this role",
                    "alter table rehome.canary enable row level security; alter table rehome.canary force row level security;"
                            + " drop what policies it has besides tenant_rows"));
        }
        text(connection, BECOME_CANARY);
        if (!text(connection, CANARIES).equals("1")) {
            findings.add(new Finding(
                    "CANARY_MISSING",
                    "The canary is missing, so it proves nothing that it cannot be seen",
                    "insert into rehome.canary values ('00000000-0000-0000-0000-00000000cafe'), as a superuser"));
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }
}
