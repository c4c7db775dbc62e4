package dev.rehome.cdi;

import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantMismatchException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;

/** Begins units of work, and knows which one is running on each thread. Thread-safe. */
final class UnitsOfWork {
    private final SessionFactory sessionFactory;

    @SuppressWarnings("ThreadLocalUsage") // not static: the units of two session factories must not meet
    private final ThreadLocal<@Nullable UnitOfWork> running = new ThreadLocal<>();

    UnitsOfWork(SessionFactory sessionFactory) {
        this.sessionFactory = sessionFactory;
    }

    /**
     * The unit that runs on this thread.
     *
     * @throws TenantMismatchException if it is another tenant's than the thread's
     */
    Optional<UnitOfWork> running() {
        UnitOfWork unit = running.get();
        if (unit != null) {
            TenantId asked = TenantContext.require();
            if (!unit.tenant().equals(asked)) {
                throw new TenantMismatchException(unit.tenant(), asked);
            }
        }
        return Optional.ofNullable(unit);
    }

    UnitOfWork require() {
        return running().orElseThrow(NoUnitOfWorkException::new);
    }

    /**
     * Begins a unit for the thread's tenant, and suspends the one that runs, if any, until it is closed. No connection is
     * taken before the first statement.
     *
     * @throws TenantMismatchException if the running unit is another tenant's
     */
    UnitOfWork begin() {
        UnitOfWork suspended = running().orElse(null);
        TenantId tenant = TenantContext.require();
        Session session =
                sessionFactory.withOptions().tenantIdentifier(tenant.value()).openSession();
        try {
            session.beginTransaction();
        } catch (Throwable e) {
            try (session) {
                throw e;
            }
        }
        UnitOfWork unit = new UnitOfWork(tenant, session, () -> bind(suspended));
        bind(unit);
        return unit;
    }

    /** Does the work with the running unit, if any, suspended. */
    <T extends @Nullable Object> T callOutside(Callable<T> work) throws Exception {
        UnitOfWork suspended = running.get();
        bind(null);
        try {
            return work.call();
        } finally {
            bind(suspended);
        }
    }

    private void bind(@Nullable UnitOfWork unit) {
        if (unit == null) {
            running.remove();
        } else {
            running.set(unit);
        }
    }
}
