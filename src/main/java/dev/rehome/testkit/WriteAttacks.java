package dev.rehome.testkit;

import dev.rehome.testkit.Attack.Evidence;
import dev.rehome.testkit.Attack.Play;
import dev.rehome.testkit.EntityMapping.Reference;
import jakarta.persistence.LockModeType;
import java.util.List;
import org.hibernate.Session;

/** Writing through sessions: entities forged, stolen, given away or pointed at the victim's rows. */
final class WriteAttacks {
    static final List<Attack> ALL = List.of(
            attack(
                    "PERSIST_FORGED",
                    "persist a row marked as the victim's",
                    (scene, target) -> scene.changes(session -> {
                        Object forged = scene.unsaved(session, target);
                        target.mapping().setTenant(forged, scene.victim().id().value());
                        session.persist(forged);
                        session.flush();
                    })),
            attack("MERGE_STOLEN", "change the victim's detached object and merge it", (scene, target) -> {
                Object stolen = scene.stolen(target);
                return scene.change(target, stolen)
                        ? scene.changes(session -> session.merge(stolen))
                        : Outcome.notApplicable("nothing that Hibernate updates");
            }),
            attack(
                    "MERGE_FORGED",
                    "merge an own object with the victim's id and tenant id",
                    (scene, target) -> scene.changes(session -> {
                        Object forged = scene.unsaved(session, target);
                        target.mapping().setId(forged, target.victims());
                        target.mapping().setTenant(forged, scene.victim().id().value());
                        session.merge(forged);
                    })),
            attack("REMOVE_STOLEN", "remove the victim's detached object", (scene, target) -> {
                Object stolen = scene.stolen(target);
                return scene.changes(session -> session.remove(stolen));
            }),
            attack(
                    "REMOVE_REFERENCE",
                    "remove getReference to the victim's row",
                    (scene, target) -> scene.changes(
                            session -> session.remove(session.getReference(target.entity(), target.victims())))),
            attack(
                    "GIVE_AWAY",
                    "set the tenant of an own row to the victim",
                    (scene, target) -> scene.changes(session -> target.mapping()
                            .setTenant(
                                    scene.saved(session, target),
                                    scene.victim().id().value()))),
            attack("FORCE_VERSION", "find with a forced increment of the version", (scene, target) -> {
                if (!target.mapping().versioned()) {
                    return Outcome.notApplicable("no version");
                }
                return scene.changes(session ->
                        session.find(target.entity(), target.victims(), LockModeType.PESSIMISTIC_FORCE_INCREMENT));
            }),
            new Attack(
                    "REFERENCE",
                    "make an own row refer to the victim's row (getReference as a foreign key)",
                    Evidence.REFERENCE,
                    (scene, target) -> refer(scene, target, WriteAttacks::insertReferring)),
            new Attack(
                    "NATIVE_REFERENCE",
                    "make an own row refer to the victim's row by native SQL",
                    Evidence.REFERENCE,
                    (scene, target) -> refer(scene, target, WriteAttacks::updateReferring)));

    private WriteAttacks() {}

    private static Attack attack(String name, String tries, Play play) {
        return new Attack(name, tries, Evidence.ROWS, play);
    }

    /** How an own row comes to refer to the victim's. */
    @FunctionalInterface
    private interface Referring {
        void refer(AttackScene scene, Session session, AttackTarget target, Reference reference);
    }

    private static Outcome refer(AttackScene scene, AttackTarget target, Referring referring) {
        List<Reference> attacked = target.mapping().references().stream()
                .filter(reference -> scene.isAttacked(reference.target()))
                .toList();
        if (attacked.isEmpty()) {
            return Outcome.notApplicable("no reference");
        }
        RuntimeException refusal = null;
        for (Reference reference : attacked) {
            try {
                scene.changes(session -> referring.refer(scene, session, target, reference));
            } catch (RuntimeException refused) {
                refusal = refused;
            }
            if (scene.rows()
                            .count(
                                    scene.attacker().id(),
                                    scene.attacker().home(),
                                    target.mapping().table(),
                                    reference.column(),
                                    scene.victimsId(reference.target()))
                    > 0) {
                return Outcome.crossed("refers to it by " + reference.attribute());
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        return Outcome.sawNothing();
    }

    private static void insertReferring(AttackScene scene, Session session, AttackTarget target, Reference reference) {
        Object own = scene.unsaved(session, target);
        target.mapping()
                .set(
                        own,
                        reference.attribute(),
                        session.getReference(reference.target(), scene.victimsId(reference.target())));
        session.persist(own);
        session.flush();
    }

    private static void updateReferring(AttackScene scene, Session session, AttackTarget target, Reference reference) {
        Object own = target.mapping().idOf(scene.saved(session, target));
        session.createNativeMutationQuery("update " + target.mapping().table() + " set " + reference.column()
                        + " = :victims where " + target.mapping().idColumn() + " = :own")
                .setParameter("victims", scene.victimsId(reference.target()))
                .setParameter("own", own)
                .executeUpdate();
    }
}
