package dev.rehome.testkit;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.placement.Placements;
import dev.rehome.testkit.Attack.Evidence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.HibernateException;
import org.hibernate.Session;

/** Working as somebody else: in another thread, in a session that was kept, in a home that one was led to. */
final class ContextAttacks {
    static final List<Attack> ALL = List.of(
            new Attack(
                    "OTHER_THREAD",
                    "open a session in another thread, which was told no tenant",
                    Evidence.SIGHT,
                    true,
                    ContextAttacks::otherThread),
            new Attack(
                    "KEPT_SESSION",
                    "keep an own session, and use it where the victim is the current tenant",
                    Evidence.SIGHT,
                    true,
                    ContextAttacks::keptSession),
            new Attack(
                    "CURRENT_SESSION",
                    "take the thread's current session, which the victim has left open",
                    Evidence.SIGHT,
                    true,
                    ContextAttacks::currentSession),
            new Attack(
                    "MISROUTED",
                    "be led to the victim's home by a directory that is wrong",
                    Evidence.SIGHT,
                    true,
                    ContextAttacks::misrouted));

    private ContextAttacks() {}

    private static Outcome otherThread(AttackScene scene, AttackTarget target) throws Exception {
        FutureTask<Boolean> work = new FutureTask<>(
                () -> scene.sessionFactory().fromTransaction(session -> ReadAttacks.find(session, target)));
        scene.attacker().run(() -> new Thread(work, "rehome-testkit-attack").start());
        try {
            return Outcome.of(work.get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception refused ? refused : e;
        }
    }

    private static Outcome keptSession(AttackScene scene, AttackTarget target) {
        AtomicBoolean seen = new AtomicBoolean();
        scene.attacker().run(() -> {
            try (Session kept = scene.sessionFactory().openSession()) {
                scene.victim().run(() -> {
                    kept.beginTransaction();
                    seen.set(ReadAttacks.find(kept, target));
                    kept.getTransaction().rollback();
                });
            }
        });
        return Outcome.of(seen.get());
    }

    private static Outcome currentSession(AttackScene scene, AttackTarget target) throws Exception {
        Session victims;
        try {
            victims = scene.victim().call(() -> scene.sessionFactory().getCurrentSession());
        } catch (HibernateException e) {
            return Outcome.notApplicable("hibernate.current_session_context_class is not set");
        }
        try {
            scene.victim().run(victims::beginTransaction);
            return Outcome.of(scene.attacker()
                    .call(() -> ReadAttacks.find(scene.sessionFactory().getCurrentSession(), target)));
        } finally {
            scene.victim().run(() -> victims.getTransaction().rollback());
        }
    }

    private static Outcome misrouted(AttackScene scene, AttackTarget target) throws SQLException {
        if (scene.inOneHome()) {
            return Outcome.notApplicable("both are in one home");
        }
        KitFleet fleet = scene.tenants().fleet();
        WrongDirectory wrong = new WrongDirectory(
                fleet.directory(), scene.attacker().id(), scene.victim().home());
        try (TenantConnections connections = new TenantConnections(
                fleet.servers(), new Placements(wrong), fleet.fence(), Limits.DEFAULT, scene.tenantColumn())) {
            Connection connection = connections.acquire(scene.attacker().id(), TransactionMode.DEFAULT);
            try {
                return isIn(scene, connection)
                        ? Outcome.crossed("admitted to the victim's home")
                        : Outcome.sawNothing();
            } finally {
                connections.release(connection);
            }
        }
    }

    private static boolean isIn(AttackScene scene, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_database(), current_schema()")) {
            row.next();
            return row.getString(1).equals(scene.victim().home().database().name())
                    && scene.victim().home().schema().equals(row.getString(2));
        }
    }
}
