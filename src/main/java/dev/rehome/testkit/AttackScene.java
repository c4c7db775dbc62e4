package dev.rehome.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.SharedSessionContract;
import org.hibernate.StatelessSession;
import org.hibernate.metamodel.mapping.AttributeMapping;

/** A victim and an attacker with a row of each entity, and what attacks are made of. Not thread-safe. */
public final class AttackScene implements AutoCloseable {
    private final TwoTenants tenants;
    private final SessionFactory sessions;
    private final TenantScope victim;
    private final TenantScope attacker;
    private final Map<Class<?>, Samples.Sample<?>> samples = new LinkedHashMap<>();
    private final Map<Class<?>, EntityMapping> mappings = new LinkedHashMap<>();
    private final Map<Class<?>, Object> victims = new HashMap<>();
    private final Map<Class<?>, Object> attackers = new HashMap<>();
    private final Rows rows;

    AttackScene(TwoTenants tenants, SessionFactory sessions) {
        this.tenants = tenants;
        this.sessions = sessions;
        this.victim = tenants.a().through(sessions);
        this.attacker = tenants.b().through(sessions);
        Application application = tenants.fleet().application();
        Samples described = new Samples();
        application.samples(described);
        for (Samples.Sample<?> sample : described.inOrder()) {
            samples.put(sample.type(), sample);
            mappings.put(sample.type(), new EntityMapping(sessions, sample.type(), application.tenantColumn()));
        }
        this.rows = new Rows(tenants.fleet().witness(), application.tenantColumn());
    }

    public TenantScope victim() {
        return victim;
    }

    public TenantScope attacker() {
        return attacker;
    }

    public SessionFactory sessionFactory() {
        return sessions;
    }

    TwoTenants tenants() {
        return tenants;
    }

    String tenantColumn() {
        return tenants.fleet().application().tenantColumn();
    }

    Rows rows() {
        return rows;
    }

    List<AttackTarget> targets() {
        return mappings.values().stream()
                .map(mapping -> new AttackTarget(this, mapping))
                .toList();
    }

    Object victimsId(Class<?> type) {
        return Objects.requireNonNull(victims.get(type));
    }

    Object attackersId(Class<?> type) {
        return Objects.requireNonNull(attackers.get(type));
    }

    boolean isAttacked(Class<?> type) {
        return mappings.containsKey(type);
    }

    boolean inOneHome() {
        return victim.home().equals(attacker.home());
    }

    /** Looks, as the attacker: nothing that is written stays. */
    public Outcome looks(Predicate<Session> sees) {
        return looks(sessions::openSession, sees);
    }

    /** Changes something, as the attacker, and commits. */
    public Outcome changes(Consumer<Session> work) {
        attacker.inTransaction(work);
        return Outcome.sawNothing();
    }

    /** As {@link #looks}, in a stateless session. */
    public Outcome looksStateless(Predicate<StatelessSession> sees) {
        return looks(sessions::openStatelessSession, sees);
    }

    private <S extends SharedSessionContract> Outcome looks(Supplier<S> open, Predicate<S> sees) {
        AtomicBoolean seen = new AtomicBoolean();
        attacker.run(() -> {
            try (S session = open.get()) {
                session.beginTransaction();
                try {
                    seen.set(sees.test(session));
                } finally {
                    session.getTransaction().rollback();
                }
            }
        });
        return Outcome.of(seen.get());
    }

    /** As {@link #changes}, in a stateless session. */
    public Outcome changesStateless(Consumer<StatelessSession> work) {
        attacker.inStatelessTransaction(work);
        return Outcome.sawNothing();
    }

    /** What the attacker has got hold of: the victim's row as an object, detached. */
    public Object stolen(AttackTarget target) {
        return Objects.requireNonNull(
                victim.fromTransaction(session -> session.find(target.entity(), target.victims())),
                "the victim's own row");
    }

    /** A new row of the attacker's as an object that nothing knows yet. */
    public Object unsaved(Session session, AttackTarget target) {
        return make(session, target.entity(), attackers, attacker);
    }

    /** A new row of the attacker's, saved. */
    public Object saved(Session session, AttackTarget target) {
        Object fresh = unsaved(session, target);
        session.persist(fresh);
        session.flush();
        return fresh;
    }

    /** Whether an object is the victim's row of its entity. */
    public boolean isVictims(Object entity) {
        Class<?> type = Hibernate.getClass(entity);
        EntityMapping mapping = mappings.get(type);
        return mapping != null && mapping.idOf(Hibernate.unproxy(entity)).equals(victims.get(type));
    }

    /** Changes an attribute of the object, if the sample or the kit knows one. */
    boolean change(AttackTarget target, Object entity) {
        return change(Objects.requireNonNull(samples.get(target.entity())), target.mapping(), entity);
    }

    private static <E> boolean change(Samples.Sample<E> sample, EntityMapping mapping, Object entity) {
        if (sample.change() != null) {
            sample.change().accept(sample.type().cast(entity));
            return true;
        }
        mapping.changeable().ifPresent(attribute -> change(attribute, entity));
        return mapping.changeable().isPresent();
    }

    private static void change(AttributeMapping attribute, Object entity) {
        attribute.setValue(
                entity, Changes.changed(attribute.getJavaType().getJavaTypeClass(), attribute.getValue(entity)));
    }

    private Object make(Session session, Class<?> type, Map<Class<?>, Object> ids, TenantScope owner) {
        Made made = new Made(other -> Objects.requireNonNull(
                session.find(
                        other, Objects.requireNonNull(ids.get(other), () -> other + " has no sample before " + type)),
                () -> "the row of " + other));
        Object entity = Objects.requireNonNull(samples.get(type)).make().apply(made);
        Objects.requireNonNull(mappings.get(type)).setTenant(entity, owner.id().value());
        return entity;
    }

    /** Gives both a new row of each entity. */
    void furnish() {
        furnish(victim, victims);
        furnish(attacker, attackers);
    }

    /** Gives the victim new rows, as those it had may be damaged, and takes away what is in the wrong home. */
    void repair() {
        if (!inOneHome()) {
            rows.remove(victim.id(), attacker.home());
            rows.remove(attacker.id(), victim.home());
        }
        furnish(victim, victims);
    }

    private void furnish(TenantScope owner, Map<Class<?>, Object> ids) {
        Map<Class<?>, Object> fresh = new HashMap<>();
        owner.inTransaction(session -> samples.keySet().forEach(type -> {
            Object entity = make(session, type, fresh, owner);
            session.persist(entity);
            session.flush();
            fresh.put(type, Objects.requireNonNull(mappings.get(type)).idOf(entity));
        }));
        ids.putAll(fresh);
    }

    /** Those rows that an attack must not change: the victim's anywhere, and the attacker's in the victim's home. */
    Map<String, String> untouchable() {
        Map<String, String> all = new TreeMap<>();
        add(all, "of the victim", rows.marked(victim.id(), victim.home()));
        if (!inOneHome()) {
            add(all, "of the victim in the attacker's home", rows.marked(victim.id(), attacker.home()));
            add(all, "of the attacker in the victim's home", rows.marked(attacker.id(), victim.home()));
        }
        return all;
    }

    private static void add(Map<String, String> all, String whose, Map<String, String> found) {
        found.forEach((table, fingerprint) -> all.put(table + " " + whose, fingerprint));
    }

    /** Whether both tenants can read their own rows: where they cannot, attacks that see nothing say nothing. */
    List<String> notServed() {
        List<String> problems = new ArrayList<>();
        for (EntityMapping mapping : mappings.values()) {
            Class<?> type = mapping.type();
            if (victim.fromTransaction(session -> session.find(type, victimsId(type))) == null) {
                problems.add("the victim does not find its own " + mapping.name());
            }
            if (attacker.fromTransaction(session -> session.find(type, attackersId(type))) == null) {
                problems.add("the attacker does not find its own " + mapping.name());
            }
        }
        return problems;
    }

    /** Ends the looking; what the tenants have stays. */
    @Override
    public void close() {
        rows.close();
    }
}
