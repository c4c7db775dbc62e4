package dev.rehome.testkit;

import dev.rehome.testkit.Attack.Evidence;
import dev.rehome.testkit.Attack.Play;
import dev.rehome.testkit.EntityMapping.Reference;
import java.util.List;
import java.util.StringJoiner;
import org.hibernate.Session;
import org.hibernate.query.MutationQuery;

/** HQL and criteria statements that change many rows at once. */
final class BulkAttacks {
    static final List<Attack> ALL = List.of(
            attack(
                    "HQL_UPDATE",
                    "HQL update by the victim's id",
                    (scene, target) -> scene.changes(session -> session.createMutationQuery(update(target) + " where e."
                                    + target.mapping().id() + " = :id")
                            .setParameter("id", target.victims())
                            .executeUpdate())),
            attack(
                    "HQL_UPDATE_ALL",
                    "HQL update without a condition",
                    (scene, target) -> scene.changes(session ->
                            session.createMutationQuery(update(target)).executeUpdate())),
            attack(
                    "HQL_DELETE",
                    "HQL delete by the victim's id",
                    (scene, target) -> scene.changes(session -> session.createMutationQuery("delete " + target
                                    + " e where e." + target.mapping().id() + " = :id")
                            .setParameter("id", target.victims())
                            .executeUpdate())),
            attack(
                    "HQL_GIVE_AWAY",
                    "HQL update that sets the tenant of an own row to the victim",
                    BulkAttacks::giveAway),
            attack("HQL_INSERT", "HQL insert of a copy marked as the victim's", BulkAttacks::insert),
            attack(
                    "CRITERIA_UPDATE",
                    "criteria update by the victim's id",
                    (scene, target) -> scene.changes(session -> criteriaUpdate(session, target.entity(), target))),
            attack(
                    "CRITERIA_DELETE",
                    "criteria delete by the victim's id",
                    (scene, target) -> scene.changes(session -> criteriaDelete(session, target.entity(), target))));

    private BulkAttacks() {}

    private static Attack attack(String name, String tries, Play play) {
        return new Attack(name, tries, Evidence.ROWS, play);
    }

    /** To the value that is there: the witness sees that a row was written, not only what. */
    private static String update(AttackTarget target) {
        String attribute = target.mapping().updated();
        return "update " + target + " e set e." + attribute + " = e." + attribute;
    }

    private static Outcome giveAway(AttackScene scene, AttackTarget target) {
        return scene.changes(session -> session.createMutationQuery("update " + target + " e set e."
                        + target.mapping().tenant() + " = :victim where e."
                        + target.mapping().id() + " = :own")
                .setParameter("victim", scene.victim().id().value())
                .setParameter("own", target.mapping().idOf(scene.saved(session, target)))
                .executeUpdate());
    }

    /** Of the row's basic attributes, and with the attacker's own rows in its references: HQL copies no references. */
    private static Outcome insert(AttackScene scene, AttackTarget target) {
        List<String> basic = target.mapping().basic();
        List<Reference> references = target.mapping().references().stream()
                .filter(reference -> scene.isAttacked(reference.target()))
                .toList();
        if (references.stream().anyMatch(Reference::restricted)) {
            return Outcome.notApplicable("HQL inserts no reference to an entity with a restriction");
        }
        StringJoiner into = new StringJoiner(", ");
        StringJoiner values = new StringJoiner(", ");
        into.add(target.mapping().id()).add(target.mapping().tenant());
        values.add(":id").add(":victim");
        basic.forEach(each -> into.add(each));
        basic.forEach(each -> values.add("e." + each));
        references.forEach(each -> into.add(each.attribute()));
        references.forEach(each -> values.add(":" + each.attribute()));
        return scene.changes(session -> {
            MutationQuery insert = session.createMutationQuery(
                            "insert into " + target + " (" + into + ") select " + values + " from " + target
                                    + " e where e." + target.mapping().id() + " = :own")
                    .setParameter("id", Changes.unusedLike(target.attackers()))
                    .setParameter("victim", scene.victim().id().value())
                    .setParameter("own", target.mapping().idOf(scene.saved(session, target)));
            references.forEach(each -> insert.setParameter(
                    each.attribute(), session.getReference(each.target(), scene.attackersId(each.target()))));
            insert.executeUpdate();
        });
    }

    private static <E> void criteriaUpdate(Session session, Class<E> type, AttackTarget target) {
        var update = session.getCriteriaBuilder().createCriteriaUpdate(type);
        var row = update.from(type);
        String attribute = target.mapping().updated();
        update.set(attribute, row.get(attribute));
        update.where(row.get(target.mapping().id()).equalTo(target.victims()));
        session.createMutationQuery(update).executeUpdate();
    }

    private static <E> void criteriaDelete(Session session, Class<E> type, AttackTarget target) {
        var delete = session.getCriteriaBuilder().createCriteriaDelete(type);
        delete.where(delete.from(type).get(target.mapping().id()).equalTo(target.victims()));
        session.createMutationQuery(delete).executeUpdate();
    }
}
