package dev.rehome.testkit;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes protections out of the homes of two tenants, as an administrator could by mistake. What lies outside their own homes
 * is put back when this is closed. Those that are in Hibernate are left to {@link LooseSessions}.
 */
final class TakenAway implements AutoCloseable {
    private static final String ENTER = "rehome.enter(uuid,bigint,boolean)";

    private final TwoTenants tenants;
    private final Witness administrator;
    private final String loginRole;
    private final String runTimeRole;
    private final Deque<Undo> undo = new ArrayDeque<>();

    /** A statement that puts something back. */
    private record Undo(Home home, String sql) {}

    /** @param administrator a superuser */
    TakenAway(TwoTenants tenants, Witness administrator, String loginRole) {
        this.tenants = tenants;
        this.administrator = administrator;
        this.loginRole = loginRole;
        this.runTimeRole =
                tenants.b().home().tier() == Tier.SCHEMA ? tenants.b().home().schema() : loginRole;
    }

    void remove(Protection protection) throws SQLException {
        switch (protection) {
            case ROW_SECURITY -> onTables("alter table %s disable row level security");
            case ROW_SECURITY_FORCED -> onTables("alter table %s no force row level security");
            case POLICY -> onTables("drop policy tenant_rows on %s");
            case POLICY_CONDITION -> onTables("alter policy tenant_rows on %s using (true) with check (true)");
            case POLICY_CHECK -> onTables("alter policy tenant_rows on %s with check (true)");
            case NOT_OWNER -> ownTables();
            case NOT_SUPERUSER -> ofRole("superuser", "nosuperuser");
            case NO_BYPASS -> ofRole("bypassrls", "nobypassrls");
            case COMPOSITE_PRIMARY_KEYS -> plainPrimaryKeys();
            case COMPOSITE_FOREIGN_KEYS -> plainForeignKeys();
            case COMPOSITE_UNIQUE_KEYS -> plainUniqueKeys();
            case TENANT_SETTING -> inEnter("perform set_config('rehome.tenant', p_tenant::text, true),", "perform");
            case RESIDENCY_CHECK -> removeResidencyCheck();
            case ROLE_SWITCH -> inEnter("if r.role_name is not null then", "if false then");
            case SCHEMA_RIGHTS ->
                execute(
                        tenants.b().home(),
                        "grant " + SqlNames.quote(tenants.a().home().schema()) + " to " + SqlNames.quote(runTimeRole)
                                + ", " + SqlNames.quote(loginRole) + " with inherit true");
            case NO_TEMPORARY_TABLES -> permitTemporaryTables();
            case CONTROL_TABLES -> grantControlTables();
            case TENANT_FILTER, NO_CACHE, CACHE_KEYS, SESSION_VALIDATION, NO_DEFAULT_TENANT -> {
                // Hibernate's: the session factory that is attacked is another one.
            }
        }
    }

    private Set<Home> homes() {
        return new LinkedHashSet<>(List.of(tenants.a().home(), tenants.b().home()));
    }

    private void execute(Home home, String sql) throws SQLException {
        try (Connection connection = administrator.open(home);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void onTables(String sql) throws SQLException {
        for (Home home : homes()) {
            onTables(home, sql);
        }
    }

    private void onTables(Home home, String sql) throws SQLException {
        try (Connection connection = administrator.open(home);
                Statement statement = connection.createStatement()) {
            for (TenantTable table : tables(connection, home)) {
                statement.execute(String.format(sql, table.in(home.schema())));
            }
        }
    }

    /** Each home's tables belong to the role that uses them. */
    private void ownTables() throws SQLException {
        for (Home home : homes()) {
            String role = home.tier() == Tier.SCHEMA ? home.schema() : loginRole;
            onTables(home, "alter table %s owner to " + SqlNames.quote(role));
        }
    }

    private TenantTables tables(Connection connection, Home home) throws SQLException {
        return TenantTables.read(
                connection, home.schema(), tenants.fleet().application().tenantColumn());
    }

    private void ofRole(String attribute, String opposite) throws SQLException {
        String role = "alter role " + SqlNames.quote(runTimeRole) + " ";
        undo.push(new Undo(tenants.a().home(), role + opposite));
        execute(tenants.a().home(), role + attribute);
    }

    private void permitTemporaryTables() throws SQLException {
        for (Home home : homes()) {
            String on =
                    " temporary on database " + SqlNames.quote(home.database().name());
            undo.push(new Undo(home, "revoke" + on + " from public"));
            execute(home, "grant" + on + " to public");
        }
    }

    private void grantControlTables() throws SQLException {
        for (Home home : homes()) {
            String on = " select, update on rehome.residency, rehome.change ";
            undo.push(new Undo(home, "revoke" + on + "from " + SqlNames.quote(runTimeRole)));
            execute(home, "grant" + on + "to " + SqlNames.quote(runTimeRole));
            if (tenants.b().home().tier() == Tier.SCHEMA) {
                undo.push(new Undo(home, "revoke usage on schema rehome from " + SqlNames.quote(runTimeRole)));
                execute(home, "grant usage on schema rehome to " + SqlNames.quote(runTimeRole));
            }
        }
    }

    private void removeResidencyCheck() throws SQLException {
        if (tenants.b().home().tier() == Tier.SCHEMA) {
            // Without the residency nobody would know the tenant's role.
            inEnter("r.state <> 'HERE' or r.epoch <> p_epoch", "false");
        } else {
            inEnter("r := rehome.resident(p_tenant);", "");
            inEnter("r.state <> 'HERE' or r.epoch <> p_epoch", "false");
        }
    }

    private void inEnter(String piece, String other) throws SQLException {
        for (Home home : homes()) {
            String definition = ask(home, "select pg_get_functiondef('" + ENTER + "'::regprocedure)")
                    .get(0);
            if (!definition.contains(piece)) {
                if (ranAlready(home)) {
                    continue;
                }
                throw new AssertionError("rehome.enter has no '" + piece + "' that could be taken away");
            }
            undo.push(new Undo(home, definition));
            execute(home, definition.replace(piece, other));
        }
    }

    /** Homes of one database share the function. */
    private boolean ranAlready(Home home) {
        return undo.stream().anyMatch(each -> each.home().inSameDatabaseAs(home));
    }

    private List<String> ask(Home home, String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection connection = administrator.open(home);
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                answers.add(row.getString(1));
            }
        }
        return answers;
    }

    /** Statements that a query writes, each with the schema's tables in its path. */
    private void executeAll(Home home, List<String> statements) throws SQLException {
        try (Connection connection = administrator.open(home);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String constraints(Home home, String select, String type) {
        return "select " + select + " from pg_constraint k where k.connamespace = "
                + SqlNames.literal(SqlNames.quote(home.schema())) + "::regnamespace and k.contype = '" + type + "'"
                + " and exists (select from pg_attribute where attrelid = k.conrelid and attname = 'storefront_id')";
    }

    private static final String DROP = "format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname)";
    private static final String RESTORE =
            "format('alter table %s add constraint %I %s', k.conrelid::regclass, k.conname,"
                    + " pg_get_constraintdef(k.oid))";

    /** The composite keys stay beside them, for the composite foreign keys. */
    private void plainPrimaryKeys() throws SQLException {
        for (Home home : homes()) {
            List<String> all = new ArrayList<>(ask(home, constraints(home, DROP, "f")));
            List<String> foreignKeys = ask(home, constraints(home, RESTORE, "f"));
            all.addAll(ask(home, constraints(home, DROP, "p")));
            all.addAll(ask(
                    home,
                    constraints(home, "format('alter table %s add primary key (id)', k.conrelid::regclass)", "p")));
            all.addAll(ask(
                    home,
                    constraints(
                            home,
                            "format('alter table %s add unique (storefront_id, id)', k.conrelid::regclass)",
                            "p")));
            all.addAll(foreignKeys);
            executeAll(home, all);
        }
    }

    private void plainForeignKeys() throws SQLException {
        for (Home home : homes()) {
            List<String> all = new ArrayList<>(ask(home, constraints(home, DROP, "f")));
            all.addAll(ask(
                    home, constraints(home, "format('alter table %s add unique (id)', k.conrelid::regclass)", "p")));
            all.addAll(ask(
                    home,
                    constraints(
                            home,
                            "format('alter table %s add constraint %I foreign key (%I) references %s (id) deferrable',"
                                    + " k.conrelid::regclass, k.conname, (select attname from pg_attribute where attrelid ="
                                    + " k.conrelid and attnum = k.conkey[2]), k.confrelid::regclass)",
                            "f")));
            executeAll(home, all);
        }
    }

    private void plainUniqueKeys() throws SQLException {
        for (Home home : homes()) {
            List<String> all = new ArrayList<>(ask(home, constraints(home, DROP, "u")));
            all.addAll(ask(home, constraints(home, "replace(" + RESTORE + ", 'storefront_id, ', '')", "u")));
            executeAll(home, all);
        }
    }

    @Override
    public void close() throws SQLException {
        while (!undo.isEmpty()) {
            Undo latest = undo.pop();
            execute(latest.home(), latest.sql());
        }
    }
}
