package dev.rehome.cdi;

import dev.rehome.tenant.TenantId;
import jakarta.enterprise.context.spi.Contextual;
import jakarta.enterprise.context.spi.CreationalContext;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.hibernate.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * One tenant, one transaction, one session: what a service method does as a whole or not at all. It also holds the
 * transaction-scoped beans. Belongs to the thread that began it. {@link #close} ends it, rolling back what has not been
 * committed.
 */
final class UnitOfWork implements AutoCloseable {
    private final TenantId tenant;
    private final Session session;
    private final Runnable whenClosed;
    private final Map<Contextual<?>, ScopedInstance<?>> instances = new HashMap<>();
    private @Nullable StatelessSession statelessSession;
    private boolean rollbackOnly;
    private boolean rollBackTried;
    private @Nullable Throwable failure;

    /** @param whenClosed gives the thread back to the unit that this one suspended */
    UnitOfWork(TenantId tenant, Session session, Runnable whenClosed) {
        this.tenant = tenant;
        this.session = session;
        this.whenClosed = whenClosed;
    }

    TenantId tenant() {
        return tenant;
    }

    Session session() {
        return session;
    }

    /** A stateless session on the connection and in the transaction of {@link #session}, which closes it. */
    StatelessSession statelessSession() {
        StatelessSession opened = statelessSession;
        if (opened == null) {
            opened = new StatelessSessionInUnit(session).open();
            statelessSession = opened;
        }
        return opened;
    }

    /** From now on the unit can only be rolled back; the first failure is remembered as the reason. */
    void failed(Throwable reason) {
        rollbackOnly = true;
        if (failure == null) {
            failure = reason;
        }
    }

    boolean isRollbackOnly() {
        return rollbackOnly || session.getTransaction().getRollbackOnly();
    }

    /**
     * Makes everything durable. Flushes by itself first, so that a violated constraint or an outdated version is thrown
     * as what it is, and not inside the exception of a failed commit.
     *
     * @throws UnitRolledBackException if the unit had failed before; it is rolled back
     */
    void commit() {
        if (isRollbackOnly()) {
            UnitRolledBackException refusal = new UnitRolledBackException(failure);
            rollBack(refusal);
            throw refusal;
        }
        try {
            session.flush();
            session.setHibernateFlushMode(FlushMode.MANUAL);
            session.getTransaction().commit();
        } catch (Throwable e) {
            rollBack(e);
            throw e;
        }
    }

    /** Undoes everything. If that fails, the failure is added to the reason, which the caller is about to throw. */
    void rollBack(Throwable reason) {
        try {
            rollBackOnce();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try (session) {
            whenClosed.run();
            try {
                rollBackOnce();
            } finally {
                instances.values().forEach(ScopedInstance::destroy);
            }
        }
    }

    <T> @Nullable T instance(Contextual<T> bean) {
        ScopedInstance<?> held = instances.get(bean);
        if (held == null) {
            return null;
        }
        @SuppressWarnings("unchecked") // put there by the method below, under the same type
        T instance = (T) held.instance();
        return instance;
    }

    <T> T instance(Contextual<T> bean, CreationalContext<T> creation) {
        T held = instance(bean);
        if (held != null) {
            return held;
        }
        T created = bean.create(creation);
        instances.put(bean, new ScopedInstance<>(bean, created, creation));
        return created;
    }

    private void rollBackOnce() {
        Transaction transaction = session.getTransaction();
        boolean first = !rollBackTried;
        rollBackTried = true;
        if (first && transaction.getStatus().canRollback()) {
            transaction.rollback();
        }
    }

    private record ScopedInstance<T>(Contextual<T> bean, T instance, CreationalContext<T> creation) {
        void destroy() {
            bean.destroy(instance, creation);
        }
    }
}
