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
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/**
 * Takes protections out of the homes of two tenants, as an administrator could by mistake. What lies outside their own homes
 * is put back when this is closed. Those that are in Hibernate are left to {@link LooseSessions}.
 */
final class TakenAway implements AutoCloseable {
    private static final String ADMIT = "rehome.admit(uuid,bigint,boolean)";

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
            case TENANT_SETTING ->
                replace(
                        "rehome.bind(uuid,boolean,boolean)",
                        "set_config('rehome.tenant'::text, (p_tenant)::text, true)",
                        "''::text");
            case RESIDENCY_CHECK -> admitEverybody();
            case ROLE_SWITCH ->
                replace(
                        "rehome.enter(uuid,bigint,boolean)",
                        "set_config('role'::text, rehome.admit(p_tenant, p_epoch, p_read_only), true)",
                        "rehome.admit(p_tenant, p_epoch, p_read_only)");
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

    /** The residency says no more than the tenant's role. */
    private void admitEverybody() throws SQLException {
        String rest = "(?s)\\bbegin\\b.*\\$function\\$";
        for (Home home : homes()) {
            redefine(home, ADMIT, definition -> definition.replaceFirst(rest, Matcher.quoteReplacement("""
                    begin
                        v_bound := rehome.bind(p_tenant, false, p_read_only);
                        select role_name into v_role from rehome.residency where tenant_id = p_tenant;
                        return coalesce(v_role, current_setting('role'));
                    end
                    $function$""")));
        }
    }

    private void replace(String function, String piece, String other) throws SQLException {
        for (Home home : homes()) {
            redefine(home, function, definition -> definition.replace(piece, other));
        }
    }

    private void redefine(Home home, String function, UnaryOperator<String> change) throws SQLException {
        String definition = ask(home, "select pg_get_functiondef('" + function + "'::regprocedure)")
                .get(0);
        String changed = change.apply(definition);
        if (changed.equals(definition)) {
            if (ranAlready(home)) {
                return;
            }
            throw new AssertionError("nothing could be taken away from " + definition);
        }
        undo.push(new Undo(home, definition));
        execute(home, changed);
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
