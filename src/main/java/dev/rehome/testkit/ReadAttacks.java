package dev.rehome.testkit;

import dev.rehome.testkit.Attack.Evidence;
import dev.rehome.testkit.Attack.Play;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Objects;
import org.hibernate.Hibernate;
import org.hibernate.Session;

/** Reading through Hibernate's mapping. */
final class ReadAttacks {
    static final List<Attack> ALL = List.of(
            attack("FIND", "find by the victim's id", (scene, target) -> scene.looks(session -> find(session, target))),
            attack(
                    "FIND_MULTIPLE",
                    "findMultiple with the victim's id",
                    (scene, target) -> scene.looks(
                            session -> session.findMultiple(target.entity(), List.of(target.victims())).stream()
                                    .anyMatch(Objects::nonNull))),
            attack(
                    "FIND_AND_LOCK",
                    "find with a pessimistic lock",
                    (scene, target) -> scene.looks(session ->
                            session.find(target.entity(), target.victims(), LockModeType.PESSIMISTIC_WRITE) != null)),
            attack(
                    "FOLLOW_REFERENCE",
                    "initialize getReference to the victim's row",
                    (scene, target) -> scene.looks(session -> {
                        Hibernate.initialize(session.getReference(target.entity(), target.victims()));
                        return true;
                    })),
            attack(
                    "REFRESH",
                    "refresh getReference to the victim's row",
                    (scene, target) -> scene.looks(session -> {
                        session.refresh(session.getReference(target.entity(), target.victims()));
                        return true;
                    })),
            attack(
                    "HQL_BY_ID",
                    "HQL select by the victim's id",
                    (scene, target) -> scene.looks(session -> !session.createSelectionQuery(
                                    "from " + target + " e where " + id(target) + " = :id", target.entity())
                            .setParameter("id", target.victims())
                            .getResultList()
                            .isEmpty())),
            attack(
                    "HQL_ALL",
                    "HQL select without a condition",
                    (scene, target) -> scene.looks(session -> allIds(session, target))),
            attack(
                    "HQL_BY_TENANT",
                    "HQL select by the victim's tenant id",
                    (scene, target) -> scene.looks(session -> !session.createSelectionQuery(
                                    "from " + target + " e where e."
                                            + target.mapping().tenant() + " = :victim",
                                    target.entity())
                            .setParameter("victim", scene.victim().id().value())
                            .getResultList()
                            .isEmpty())),
            attack(
                    "HQL_SUBQUERY",
                    "ask in a subquery whether the victim's row exists",
                    (scene, target) -> scene.looks(session -> session.createSelectionQuery(
                                            "select count(*) from " + target + " own where exists (select 1 from "
                                                    + target + " e where " + id(target) + " = :id)",
                                            Long.class)
                                    .setParameter("id", target.victims())
                                    .getSingleResult()
                            > 0)),
            attack("CRITERIA", "criteria query by the victim's id", ReadAttacks::criteria),
            attack(
                    "FILTER_DISABLED",
                    "switch Hibernate's tenant filter off, then select",
                    (scene, target) -> scene.looks(session -> {
                        session.disableFilter("_tenantId");
                        return allIds(session, target);
                    })),
            attack(
                    "COLLECTION",
                    "load a collection of an own row that has the victim's id",
                    (scene, target) -> ofTwin(scene, target, Twin::loaded)),
            attack(
                    "JOIN_FETCH",
                    "join fetch a collection of an own row that has the victim's id",
                    (scene, target) -> ofTwin(scene, target, Twin::fetched)),
            attack(
                    "JOIN",
                    "join a collection of an own row that has the victim's id",
                    (scene, target) -> ofTwin(scene, target, Twin::joined)));

    private ReadAttacks() {}

    private static Attack attack(String name, String tries, Play play) {
        return new Attack(name, tries, Evidence.SIGHT, play);
    }

    static boolean find(Session session, AttackTarget target) {
        return session.find(target.entity(), target.victims()) != null;
    }

    private static String id(AttackTarget target) {
        return "e." + target.mapping().id();
    }

    private static boolean allIds(Session session, AttackTarget target) {
        return session.createSelectionQuery("select " + id(target) + " from " + target + " e", Object.class)
                .getResultList()
                .contains(target.victims());
    }

    private static Outcome criteria(AttackScene scene, AttackTarget target) {
        return scene.looks(session -> criteriaFinds(session, target.entity(), target));
    }

    private static <E> boolean criteriaFinds(Session session, Class<E> type, AttackTarget target) {
        var query = session.getCriteriaBuilder().createQuery(type);
        query.where(query.from(type).get(target.mapping().id()).equalTo(target.victims()));
        return !session.createSelectionQuery(query).getResultList().isEmpty();
    }

    /** What is looked at of a collection. */
    @FunctionalInterface
    private interface CollectionLook {
        boolean sees(AttackScene scene, Session session, AttackTarget target, String collection);
    }

    /** Hibernate puts no condition on the rows of a collection but the foreign key. */
    private static Outcome ofTwin(AttackScene scene, AttackTarget target, CollectionLook look) {
        if (target.mapping().collections().isEmpty()) {
            return Outcome.notApplicable("no collection of entities");
        }
        return scene.looks(session -> {
            Twin.make(scene, session, target);
            return target.mapping().collections().stream().anyMatch(each -> {
                session.clear();
                return look.sees(scene, session, target, each);
            });
        });
    }
}
