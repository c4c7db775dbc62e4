package dev.rehome.cdi;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.literal.InjectLiteral;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AnnotatedField;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceUnit;
import jakarta.transaction.TransactionScoped;
import jakarta.transaction.Transactional;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.StatelessSessionImplementor;

/**
 * Makes {@link Transactional} work in a CDI container without JTA, on a session factory of Rehome:
 *
 * <pre>{@code
 * SeContainerInitializer.newInstance().addExtensions(new RehomeExtension(sessionFactory)).initialize()
 * }</pre>
 *
 * <p>A call of a transactional method is then one <em>unit of work</em>: one transaction and one session, for the tenant of
 * {@link dev.rehome.tenant.TenantContext}. Calls inside it join it. {@link Session}, {@link EntityManager} and
 * {@link StatelessSession} can be injected anywhere and stand for those of the running unit; so do the sessions of
 * repositories that hibernate-processor generates, Jakarta Data's included.
 *
 * <p>Errors that callers meet: {@link dev.rehome.tenant.NoTenantException}, {@link
 * dev.rehome.tenant.TenantMismatchException} when a running unit is another tenant's, {@link NoUnitOfWorkException},
 * {@link UnitRolledBackException}, and for MANDATORY and NEVER {@link jakarta.transaction.TransactionalException}.
 *
 * <p>Transactional methods are public: Weld does not see a call from a bean to itself, even through an injected reference,
 * if the method is not.
 *
 * <p>The session factory stays the caller's to close. One extension serves one container.
 */
public final class RehomeExtension implements Extension {
    private final UnitsOfWork units;

    public RehomeExtension(SessionFactory sessionFactory) {
        this.units = new UnitsOfWork(sessionFactory);
    }

    void addInterceptor(@Observes BeforeBeanDiscovery event) {
        // The specification has the type of transaction choose between interceptors; ours handles them all.
        event.configureInterceptorBinding(Transactional.class)
                .methods()
                .forEach(member -> member.add(Nonbinding.Literal.INSTANCE));
        event.addAnnotatedType(TransactionalInterceptor.class, TransactionalInterceptor.class.getName());
    }

    void addBeans(@Observes AfterBeanDiscovery event) {
        event.addContext(new UnitOfWorkContext(units));
        event.addBean().types(UnitsOfWork.class).scope(Singleton.class).createWith(creation -> units);
        // The implementors are there because Weld gives back the proxy when unwrap() gives back the session.
        event.addBean()
                .id("dev.rehome.session")
                .types(EntityManager.class, Session.class, SessionImplementor.class)
                .scope(TransactionScoped.class)
                .createWith(creation -> units.require().session());
        event.addBean()
                .id("dev.rehome.stateless-session")
                .types(StatelessSession.class, StatelessSessionImplementor.class)
                .scope(TransactionScoped.class)
                .createWith(creation -> units.require().statelessSession());
    }

    /**
     * A generated Jakarta Data repository takes a factory from a {@link PersistenceUnit} field, which only an application
     * server fills, and opens a stateless session of its own, for ever and without a tenant. It is given the unit's.
     */
    <T> void adaptGeneratedRepository(@Observes ProcessAnnotatedType<T> event) {
        AnnotatedType<T> type = event.getAnnotatedType();
        boolean opensItsOwn =
                type.getFields().stream().anyMatch(field -> field.isAnnotationPresent(PersistenceUnit.class))
                        && type.getFields().stream().anyMatch(RehomeExtension::isStatelessSession);
        if (opensItsOwn) {
            var changed = event.configureAnnotatedType();
            changed.filterFields(field -> field.isAnnotationPresent(PersistenceUnit.class))
                    .forEach(field -> field.remove(PersistenceUnit.class::isInstance));
            changed.filterFields(RehomeExtension::isStatelessSession)
                    .forEach(field -> field.add(InjectLiteral.INSTANCE));
            changed.methods()
                    .forEach(method ->
                            method.remove(PostConstruct.class::isInstance).remove(PreDestroy.class::isInstance));
        }
    }

    private static boolean isStatelessSession(AnnotatedField<?> field) {
        return field.getJavaMember().getType() == StatelessSession.class;
    }
}
