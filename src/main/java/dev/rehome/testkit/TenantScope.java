package dev.rehome.testkit;

import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Work on behalf of one tenant. Thread-safe. */
public final class TenantScope {
    private final TenantId id;
    private final Home home;
    private final SessionFactory sessions;

    TenantScope(TenantId id, Home home, SessionFactory sessions) {
        this.id = id;
        this.home = home;
        this.sessions = sessions;
    }

    public TenantId id() {
        return id;
    }

    public Home home() {
        return home;
    }

    /** Runs the work as the tenant, with whatever sessions and units of work it opens itself. */
    public void run(Runnable work) {
        TenantContext.run(id, work);
    }

    /** As {@link #run}, with a result. */
    public <T extends @Nullable Object> T call(Callable<T> work) throws Exception {
        return TenantContext.call(id, work);
    }

    /** Runs the work as the tenant in a session and a transaction, which is committed unless the work fails. */
    public void inTransaction(Consumer<Session> work) {
        TenantContext.run(id, () -> sessions.inTransaction(work));
    }

    /** As {@link #inTransaction}, with a result. */
    public <T extends @Nullable Object> T fromTransaction(Function<Session, T> work) {
        return as(() -> sessions.fromTransaction(work));
    }

    /** As {@link #inTransaction}, with a stateless session. */
    public void inStatelessTransaction(Consumer<StatelessSession> work) {
        TenantContext.run(id, () -> sessions.inStatelessTransaction(work));
    }

    /** As {@link #fromTransaction}, with a stateless session. */
    public <T extends @Nullable Object> T fromStatelessTransaction(Function<StatelessSession, T> work) {
        return as(() -> sessions.fromStatelessTransaction(work));
    }

    /** The same tenant, in sessions of another factory. */
    TenantScope through(SessionFactory other) {
        return new TenantScope(id, home, other);
    }

    private <T extends @Nullable Object> T as(Supplier<T> work) {
        try {
            return TenantContext.call(id, work::get);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a supplier throws nothing checked", e);
        }
    }
}
