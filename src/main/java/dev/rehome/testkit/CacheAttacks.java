package dev.rehome.testkit;

import dev.rehome.testkit.Attack.Evidence;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/** Caches that outlive a session. */
final class CacheAttacks {
    static final List<Attack> ALL = List.of(
            new Attack(
                    "SECOND_LEVEL_CACHE",
                    "find what the victim has just brought into the second-level cache",
                    Evidence.SIGHT,
                    CacheAttacks::secondLevelCache),
            new Attack(
                    "QUERY_CACHE",
                    "run the query whose result of the victim's is in the query cache",
                    Evidence.SIGHT,
                    CacheAttacks::queryCache));

    private CacheAttacks() {}

    private static Outcome secondLevelCache(AttackScene scene, AttackTarget target) {
        if (!target.mapping().cached()) {
            return Outcome.notApplicable("the entity is not cached");
        }
        scene.victim().fromTransaction(session -> ReadAttacks.find(session, target));
        return scene.looks(session -> ReadAttacks.find(session, target));
    }

    private static Outcome queryCache(AttackScene scene, AttackTarget target) {
        if (!scene.sessionFactory()
                .unwrap(SessionFactoryImplementor.class)
                .getSessionFactoryOptions()
                .isQueryCacheEnabled()) {
            return Outcome.notApplicable("the query cache is off");
        }
        scene.victim().fromTransaction(session -> cachedQuery(session, target));
        return scene.looks(session -> cachedQuery(session, target));
    }

    private static boolean cachedQuery(Session session, AttackTarget target) {
        return session.createSelectionQuery(
                        "select e." + target.mapping().id() + " from " + target + " e", Object.class)
                .setCacheable(true)
                .getResultList()
                .contains(target.victims());
    }
}
