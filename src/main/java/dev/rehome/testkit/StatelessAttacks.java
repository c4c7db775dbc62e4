package dev.rehome.testkit;

import dev.rehome.testkit.Attack.Evidence;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.hibernate.StatelessSession;

/** Stateless sessions, which look at nothing before they write. */
final class StatelessAttacks {
    static final List<Attack> ALL = List.of(
            new Attack(
                    "STATELESS_GET",
                    "StatelessSession.get by the victim's id",
                    Evidence.SIGHT,
                    (scene, target) ->
                            scene.looksStateless(session -> session.get(target.entity(), target.victims()) != null)),
            new Attack(
                    "STATELESS_GET_MULTIPLE",
                    "StatelessSession.getMultiple with the victim's id",
                    Evidence.SIGHT,
                    (scene, target) -> scene.looksStateless(
                            session -> session.getMultiple(target.entity(), List.of(target.victims())).stream()
                                    .anyMatch(Objects::nonNull))),
            new Attack("STATELESS_REFRESH", "refresh the victim's object", Evidence.SIGHT, (scene, target) -> {
                Object stolen = scene.stolen(target);
                return scene.looksStateless(session -> {
                    session.refresh(stolen);
                    return true;
                });
            }),
            new Attack("STATELESS_INSERT", "insert a row marked as the victim's", Evidence.ROWS, (scene, target) -> {
                Object forged = scene.attacker().fromTransaction(session -> scene.unsaved(session, target));
                target.mapping().setTenant(forged, scene.victim().id().value());
                return scene.changesStateless(session -> session.insert(forged));
            }),
            withStolen("STATELESS_UPDATE", "change the victim's object and update it", StatelessSession::update),
            new Attack(
                    "STATELESS_UPDATE_FORGED",
                    "update with an own object that has the victim's id",
                    Evidence.ROWS,
                    (scene, target) -> {
                        Object forged = scene.attacker().fromTransaction(session -> scene.unsaved(session, target));
                        target.mapping().setId(forged, target.victims());
                        return scene.changesStateless(session -> session.update(forged));
                    }),
            withStolen("STATELESS_UPSERT", "change the victim's object and upsert it", StatelessSession::upsert),
            withStolen("STATELESS_DELETE", "delete the victim's object", StatelessSession::delete));

    private StatelessAttacks() {}

    private static Attack withStolen(String name, String tries, BiConsumer<StatelessSession, Object> work) {
        return new Attack(name, tries, Evidence.ROWS, (scene, target) -> {
            Object stolen = scene.stolen(target);
            scene.change(target, stolen);
            return scene.changesStateless(session -> work.accept(session, stolen));
        });
    }
}
