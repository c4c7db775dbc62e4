package dev.rehome.testkit;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Home;
import dev.rehome.testkit.Attack.Evidence;
import dev.rehome.testkit.Attack.Play;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.hibernate.Session;
import org.postgresql.PGConnection;

/** SQL that Hibernate passes on as it is. */
final class NativeAttacks {
    static final List<Attack> ALL = List.of(
            look(
                    "NATIVE_SELECT",
                    "native select of the victim's rows",
                    (scene, target) -> scene.looks(
                            session -> count(scene, session, target.mapping().table()) > 0)),
            look(
                    "NATIVE_QUALIFIED_SELECT",
                    "native select that names the victim's schema",
                    (scene, target) -> inOtherSchema(
                            scene, target, table -> scene.looks(session -> count(scene, session, table) > 0))),
            look(
                    "NATIVE_ENTITY_QUERY",
                    "native query for entities with the victim's id",
                    (scene, target) -> scene.looks(session -> nativeEntities(session, target))),
            look(
                    "NATIVE_ENTITY_THEN_FIND",
                    "native query for entities, then find in the next session",
                    (scene, target) -> {
                        scene.changes(session -> nativeEntities(session, target));
                        return scene.looks(session -> ReadAttacks.find(session, target));
                    }),
            look(
                    "PLAIN_JDBC",
                    "select on the session's JDBC connection",
                    (scene, target) ->
                            scene.looks(session -> session.doReturningWork(connection -> selects(connection, target)))),
            look(
                    "COPY_OUT",
                    "COPY the table to the client",
                    (scene, target) -> scene.looks(session -> session.doReturningWork(connection ->
                            copies(connection, target, scene.victim().id().toString())))),
            change(
                    "NATIVE_UPDATE",
                    "native update by the victim's id",
                    (scene, target) -> scene.changes(session -> session.createNativeMutationQuery(
                                    update(target, target.mapping().table()) + " where "
                                            + target.mapping().idColumn() + " = :id")
                            .setParameter("id", target.victims())
                            .executeUpdate())),
            change(
                    "NATIVE_UPDATE_ALL",
                    "native update without a condition",
                    (scene, target) -> scene.changes(session -> session.createNativeMutationQuery(
                                    update(target, target.mapping().table()))
                            .executeUpdate())),
            change(
                    "NATIVE_QUALIFIED_UPDATE",
                    "native update that names the victim's schema",
                    (scene, target) -> inOtherSchema(
                            scene,
                            target,
                            table -> scene.changes(session -> session.createNativeMutationQuery(update(target, table))
                                    .executeUpdate()))),
            change(
                    "NATIVE_DELETE",
                    "native delete by the victim's id",
                    (scene, target) -> scene.changes(session -> session.createNativeMutationQuery(
                                    "delete from " + target.mapping().table() + " where "
                                            + target.mapping().idColumn() + " = :id")
                            .setParameter("id", target.victims())
                            .executeUpdate())),
            change("NATIVE_INSERT", "native insert of a copy marked as the victim's", NativeAttacks::insert),
            change(
                    "NATIVE_UPSERT",
                    "native insert over the victim's row, on conflict do update",
                    NativeAttacks::upsert),
            change(
                    "NATIVE_GIVE_AWAY",
                    "native update that sets the tenant of an own row to the victim",
                    (scene, target) -> scene.changes(session -> session.createNativeMutationQuery("update "
                                    + target.mapping().table() + " set " + scene.tenantColumn() + " = :victim where "
                                    + target.mapping().idColumn() + " = :own")
                            .setParameter("victim", scene.victim().id().value())
                            .setParameter("own", target.mapping().idOf(scene.saved(session, target)))
                            .executeUpdate())));

    private NativeAttacks() {}

    private static Attack look(String name, String tries, Play play) {
        return new Attack(name, tries, Evidence.SIGHT, play);
    }

    private static Attack change(String name, String tries, Play play) {
        return new Attack(name, tries, Evidence.ROWS, play);
    }

    /** What is done with a table, whose name is as SQL has it. */
    @FunctionalInterface
    private interface WithTable {
        Outcome attack(String table);
    }

    private static Outcome inOtherSchema(AttackScene scene, AttackTarget target, WithTable work) {
        Home home = scene.victim().home();
        if (scene.inOneHome() || !home.inSameDatabaseAs(scene.attacker().home())) {
            return Outcome.notApplicable(
                    scene.inOneHome() ? "both are in one schema" : "no statement reaches another database");
        }
        return work.attack(
                SqlNames.quote(home.schema()) + "." + target.mapping().table());
    }

    private static long count(AttackScene scene, Session session, String table) {
        return session.createNativeQuery(
                        "select count(*) from " + table + " where " + scene.tenantColumn() + " = :victim", Long.class)
                .setParameter("victim", scene.victim().id().value())
                .getSingleResult();
    }

    private static boolean nativeEntities(Session session, AttackTarget target) {
        return !session.createNativeQuery(
                        "select * from " + target.mapping().table() + " where "
                                + target.mapping().idColumn() + " = :id",
                        target.entity())
                .setParameter("id", target.victims())
                .getResultList()
                .isEmpty();
    }

    private static boolean selects(Connection connection, AttackTarget target) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1 from "
                + target.mapping().table() + " where " + target.mapping().idColumn() + " = ?")) {
            statement.setObject(1, target.victims());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private static boolean copies(Connection connection, AttackTarget target, String victim) throws SQLException {
        StringWriter copied = new StringWriter();
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("copy " + target.mapping().table() + " to stdout", copied);
        } catch (IOException e) {
            throw new SQLException("the copy could not be read", e);
        }
        return copied.toString().contains(victim);
    }

    private static String update(AttackTarget target, String table) {
        return "update " + table + " set " + target.mapping().idColumn() + " = "
                + target.mapping().idColumn();
    }

    private static Outcome insert(AttackScene scene, AttackTarget target) {
        return scene.changes(session -> session.createNativeMutationQuery(copy(scene, target))
                .setParameter("id", Changes.unusedLike(target.attackers()))
                .setParameter("victim", scene.victim().id().value())
                .setParameter("own", target.mapping().idOf(scene.saved(session, target)))
                .executeUpdate());
    }

    private static Outcome upsert(AttackScene scene, AttackTarget target) {
        List<String> key = scene.rows()
                .keyOf(
                        scene.attacker().id(),
                        scene.attacker().home(),
                        target.mapping().table());
        return scene.changes(session -> session.createNativeMutationQuery(copy(scene, target) + " on conflict ("
                        + SqlNames.list(key) + ") do update set "
                        + target.mapping().idColumn() + " = excluded."
                        + target.mapping().idColumn())
                .setParameter("id", target.victims())
                .setParameter("victim", scene.victim().id().value())
                .setParameter("own", target.mapping().idOf(scene.saved(session, target)))
                .executeUpdate());
    }

    /** Takes the parameters id, victim and own. */
    private static String copy(AttackScene scene, AttackTarget target) {
        List<String> others =
                scene
                        .rows()
                        .columnsOf(
                                scene.attacker().id(),
                                scene.attacker().home(),
                                target.mapping().table())
                        .stream()
                        .filter(column ->
                                !column.equals(target.mapping().idColumn()) && !column.equals(scene.tenantColumn()))
                        .toList();
        String rest = others.isEmpty() ? "" : ", " + SqlNames.list(others);
        return "insert into " + target.mapping().table() + " ("
                + target.mapping().idColumn() + ", "
                + scene.tenantColumn() + rest + ") select :id, :victim" + rest + " from "
                + target.mapping().table() + " where " + target.mapping().idColumn() + " = :own";
    }
}
