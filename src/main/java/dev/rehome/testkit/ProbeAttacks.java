package dev.rehome.testkit;

import dev.rehome.testkit.Attack.Evidence;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Asking by a constraint what no query says: whether somebody else has such a row. */
final class ProbeAttacks {
    static final List<Attack> ALL = List.of(
            new Attack(
                    "ID_PROBE",
                    "give an own row the victim's id, and see whether it is taken",
                    Evidence.DIFFERENCE,
                    ProbeAttacks::id),
            new Attack(
                    "UNIQUE_PROBE",
                    "give an own row the victim's values one by one, and see whether one is taken",
                    Evidence.DIFFERENCE,
                    ProbeAttacks::uniqueValues));

    private static final String UNIQUE_VIOLATION = "23505";

    private ProbeAttacks() {}

    private static Outcome id(AttackScene scene, AttackTarget target) {
        String taken = answer(
                scene,
                session -> Twin.rename(
                        session, target, target.mapping().idOf(scene.saved(session, target)), target.victims()));
        String free = answer(
                scene,
                session -> Twin.rename(
                        session,
                        target,
                        target.mapping().idOf(scene.saved(session, target)),
                        Changes.unusedLike(target.victims())));
        return taken.equals(free)
                ? Outcome.sawNothing()
                : Outcome.crossed("the victim's id is answered with " + taken + ", another one with " + free);
    }

    private static Outcome uniqueValues(AttackScene scene, AttackTarget target) {
        Object stolen = scene.stolen(target);
        for (String attribute : target.mapping().basic()) {
            Object value = target.mapping().get(stolen, attribute);
            if (value != null
                    && answer(scene, session -> give(scene, session, target, attribute, value))
                            .equals(UNIQUE_VIOLATION)) {
                return Outcome.crossed("the victim's value of " + attribute + " is taken");
            }
        }
        return Outcome.sawNothing();
    }

    private static void give(
            AttackScene scene, Session session, AttackTarget target, String attribute, @Nullable Object value) {
        session.createMutationQuery("update " + target + " e set e." + attribute + " = :value where e."
                        + target.mapping().id() + " = :own")
                .setParameter("value", value)
                .setParameter("own", target.mapping().idOf(scene.saved(session, target)))
                .executeUpdate();
    }

    /** The SQLSTATE of what happens, or "success". */
    private static String answer(AttackScene scene, Consumer<Session> work) {
        try {
            scene.looks(session -> {
                work.accept(session);
                return false;
            });
            return "success";
        } catch (PersistenceException e) {
            return Refusal.sqlState(e).orElseThrow(() -> e);
        }
    }
}
