package dev.rehome.testkit;

import java.util.Collection;
import java.util.List;
import org.hibernate.Session;

/** A row of the attacker's that has the same id as the victim's, which composite keys permit. */
final class Twin {
    private Twin() {}

    /** Makes one in the running transaction. The session must be cleared before it is loaded. */
    static void make(AttackScene scene, Session session, AttackTarget target) {
        rename(session, target, target.mapping().idOf(scene.saved(session, target)), target.victims());
    }

    static void rename(Session session, AttackTarget target, Object from, Object to) {
        session.createNativeMutationQuery("update " + target.mapping().table() + " set "
                        + target.mapping().idColumn() + " = :to where "
                        + target.mapping().idColumn() + " = :from")
                .setParameter("to", to)
                .setParameter("from", from)
                .executeUpdate();
    }

    /** Whether rows of the victim's are in the twin's collection, loaded when it is touched. */
    static boolean loaded(AttackScene scene, Session session, AttackTarget target, String collection) {
        return holdsVictims(scene, session, target, collection, "from " + target + " e");
    }

    /** Whether they are there when the collection is fetched with the twin. */
    static boolean fetched(AttackScene scene, Session session, AttackTarget target, String collection) {
        return holdsVictims(
                scene, session, target, collection, "from " + target + " e left join fetch e." + collection);
    }

    private static boolean holdsVictims(
            AttackScene scene, Session session, AttackTarget target, String collection, String hql) {
        return session
                .createSelectionQuery(hql + " where e." + target.mapping().id() + " = :id", target.entity())
                .setParameter("id", target.victims())
                .getResultList()
                .stream()
                .flatMap(twin -> ((Collection<?>) target.mapping().get(twin, collection)).stream())
                .anyMatch(scene::isVictims);
    }

    /** Whether a query by way of the collection returns them. */
    static boolean joined(AttackScene scene, Session session, AttackTarget target, String collection) {
        List<Object> found = session.createSelectionQuery(
                        "select c from " + target + " e join e." + collection + " c where e."
                                + target.mapping().id() + " = :id",
                        Object.class)
                .setParameter("id", target.victims())
                .getResultList();
        return found.stream().anyMatch(scene::isVictims);
    }
}
