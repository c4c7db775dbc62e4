package dev.rehome.testkit;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.testkit.Attack.Evidence;
import java.util.List;
import java.util.function.Function;
import org.hibernate.Session;

/** SQL that takes protections away, or asks for more rights than the run-time role has. Nothing of it is committed. */
final class PrivilegeAttacks {
    static final List<Attack> ALL = List.of(
            onTable(
                    "DISABLE_ROW_SECURITY",
                    "switch the table's row-level security off",
                    table -> "alter table " + table + " disable row level security"),
            onTable("DROP_POLICY", "drop the table's policy", table -> "drop policy if exists tenant_rows on " + table),
            onTable(
                    "DISABLE_TRIGGER",
                    "switch the table's capture trigger off",
                    table -> "alter table " + table + " disable trigger rehome_capture"),
            onTable(
                    "HIDE_TABLE",
                    "make a temporary table of the same name, for the connection's next tenant",
                    table -> "create temporary table " + table + " (id uuid)"),
            new Attack(
                    "RESET_ROLE",
                    "become the login role again, then name the victim's schema",
                    Evidence.SIGHT,
                    PrivilegeAttacks::resetRole),
            once(
                    "READ_RESIDENCIES",
                    "read which other tenants the database knows",
                    "select count(*) from rehome.residency"),
            once("CHANGE_RESIDENCY", "change a residency row", "update rehome.residency set epoch = epoch + 1"),
            once(
                    "READ_CHANGES",
                    "read what was captured of other tenants' writes",
                    "select count(*) from rehome.change"),
            once(
                    "REPLICATION_ROLE",
                    "switch triggers and foreign keys off",
                    "set local session_replication_role = replica"));

    private PrivilegeAttacks() {}

    private static Attack onTable(String name, String tries, Function<String, String> sql) {
        return new Attack(
                name,
                tries,
                Evidence.SIGHT,
                (scene, target) -> scene.looks(
                        session -> succeeds(session, sql.apply(target.mapping().table()))));
    }

    private static Attack once(String name, String tries, String sql) {
        return new Attack(
                name, tries, Evidence.SIGHT, true, (scene, target) -> scene.looks(session -> succeeds(session, sql)));
    }

    /** True, unless it fails: that it was possible is what is seen. */
    private static boolean succeeds(Session session, String sql) {
        return session.doReturningWork(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(sql);
                return true;
            }
        });
    }

    private static Outcome resetRole(AttackScene scene, AttackTarget target) {
        return switch (scene.attacker().home().tier()) {
            case SHARED, DATABASE -> Outcome.notApplicable("enter switches no role in this tier");
            case SCHEMA ->
                scene.looks(session -> succeeds(session, "reset role")
                        && session.createNativeQuery(
                                                "select count(*) from "
                                                        + SqlNames.quote(scene.victim()
                                                                .home()
                                                                .schema())
                                                        + "." + target.mapping().table(),
                                                Long.class)
                                        .getSingleResult()
                                > 0);
        };
    }
}
