package dev.rehome.testkit;

import dev.rehome.testkit.AttackReport.Result;
import dev.rehome.testkit.Outcome.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;

/**
 * Tries to get from the second of two tenants to the first's rows by everything that is known, on every entity of the
 * application that has a sample. Both tenants are given rows of their own first. Immutable; running it is for one thread.
 *
 * <pre>{@code
 * @EachTier
 * void noTenantReachesAnothersRows(TwoTenants tenants) {
 *     tenants.attacks().run().assertNothingCrossed();
 * }
 * }</pre>
 */
public final class AttackSuite {
    /** All attacks that the kit knows, on any application. */
    public static final List<Attack> KNOWN = Stream.of(
                    ReadAttacks.ALL,
                    WriteAttacks.ALL,
                    BulkAttacks.ALL,
                    StatelessAttacks.ALL,
                    NativeAttacks.ALL,
                    PrivilegeAttacks.ALL,
                    ProbeAttacks.ALL,
                    CacheAttacks.ALL,
                    ContextAttacks.ALL)
            .flatMap(List::stream)
            .toList();

    private final TwoTenants tenants;
    private final SessionFactory sessions;
    private final List<Attack> attacks;
    /** Those that are attacked; all that have a sample if it is empty. */
    private final Set<Class<?>> entities;

    private AttackSuite(TwoTenants tenants, SessionFactory sessions, List<Attack> attacks, Set<Class<?>> entities) {
        this.tenants = tenants;
        this.sessions = sessions;
        this.attacks = List.copyOf(attacks);
        this.entities = Set.copyOf(entities);
    }

    /** All that the kit knows, through the tenants' own session factory. */
    public static AttackSuite of(TwoTenants tenants) {
        return new AttackSuite(tenants, tenants.sessionFactory(), KNOWN, Set.of());
    }

    /** The same attacks through another session factory, over the same entities. */
    public AttackSuite through(SessionFactory other) {
        return new AttackSuite(tenants, other, attacks, entities);
    }

    /** Attacks of the application's own besides, such as by a repository. */
    public AttackSuite with(Attack... others) {
        return new AttackSuite(
                tenants,
                sessions,
                Stream.concat(attacks.stream(), Stream.of(others)).toList(),
                entities);
    }

    /** The same attacks on the rows of these entities only. */
    public AttackSuite on(Class<?>... attacked) {
        return new AttackSuite(tenants, sessions, attacks, Set.of(attacked));
    }

    /** Makes all attacks. The tenants' rows, and whatever the attacks have left, stay. */
    public AttackReport run() {
        try (Prepared prepared = prepare()) {
            return prepared.run();
        }
    }

    /** Gives both tenants their rows, after which something may be taken away before the attacks begin. */
    Prepared prepare() {
        AttackScene scene = new AttackScene(tenants, sessions);
        scene.furnish();
        return new Prepared(scene);
    }

    /** A suite whose tenants have their rows. */
    final class Prepared implements AutoCloseable {
        private final AttackScene scene;
        private Map<String, String> before = Map.of();

        private Prepared(AttackScene scene) {
            this.scene = scene;
        }

        AttackReport run() {
            List<String> problems = notServed();
            if (!problems.isEmpty()) {
                return new AttackReport(problems, List.of());
            }
            before = scene.untouchable();
            List<Result> results = new ArrayList<>();
            List<AttackTarget> targets = scene.targets().stream()
                    .filter(target -> entities.isEmpty() || entities.contains(target.entity()))
                    .toList();
            for (Attack attack : attacks) {
                for (AttackTarget target : attack.once() ? targets.subList(0, 1) : targets) {
                    results.add(new Result(attack, target.toString(), outcome(attack, target)));
                }
            }
            return new AttackReport(List.of(), results);
        }

        private List<String> notServed() {
            try {
                return scene.notServed();
            } catch (RuntimeException e) {
                return List.of(
                        Refusal.sqlState(e).map(state -> "SQLSTATE " + state).orElse(e.toString()));
            }
        }

        private Outcome outcome(Attack attack, AttackTarget target) {
            Outcome outcome = play(attack, target);
            Map<String, String> after = scene.untouchable();
            if (after.equals(before)) {
                return outcome;
            }
            Outcome changed = Outcome.crossed("changed " + String.join(", ", differences(after)));
            // What the next attack is to reach must be there, and as it was.
            scene.repair();
            before = scene.untouchable();
            return changed;
        }

        private Outcome play(Attack attack, AttackTarget target) {
            try {
                return attack.play().against(scene, target);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome(Verdict.BROKEN, "interrupted");
            } catch (Exception e) {
                return Refusal.of(e)
                        .map(how -> new Outcome(Verdict.REFUSED, how))
                        .orElseGet(() -> new Outcome(Verdict.BROKEN, e.toString()));
            }
        }

        @Override
        public void close() {
            scene.close();
        }

        private List<String> differences(Map<String, String> after) {
            TreeSet<String> tables = new TreeSet<>(before.keySet());
            tables.addAll(after.keySet());
            return tables.stream()
                    .filter(table -> !Objects.equals(before.get(table), after.get(table)))
                    .toList();
        }
    }
}
