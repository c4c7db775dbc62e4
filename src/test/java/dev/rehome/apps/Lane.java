package dev.rehome.apps;

import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.SqlState;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One client of a tenant in a node: transaction after transaction it writes an entry and counts it in a row that only this
 * lane touches. So it knows what it must read: any other number is a stale read, or a write that was lost or done twice.
 * Never retries. Not thread-safe, but for {@link #home}.
 */
final class Lane {
    private final String name;
    private final TenantId tenant;
    private final SessionFactory sessions;
    private final Events events;
    private final UUID counterId;
    private int acknowledged;
    /** Whether the connection was lost during a commit, so that only the database knows what became of it. */
    private boolean uncertain;

    private volatile String home = "nowhere";
    private @Nullable Session open;

    /** What a lane has read is not what it wrote. */
    static final class StaleReadException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StaleReadException(String message) {
            super(message);
        }
    }

    Lane(String name, TenantId tenant, SessionFactory sessions, Events events) {
        this.name = name;
        this.tenant = tenant;
        this.sessions = sessions;
        this.events = events;
        this.counterId = UUID.nameUUIDFromBytes((name + tenant).getBytes(StandardCharsets.UTF_8));
    }

    /** One transaction, begun, written and committed. */
    void work(TransactionMode mode) throws Exception {
        begin(mode);
        write();
        commit();
    }

    /** Begins a transaction and reads, so that it has entered. */
    void begin(TransactionMode mode) throws Exception {
        if (open != null) {
            throw new IllegalStateException("a transaction is open already");
        }
        Session session = TenantContext.call(tenant, sessions::openSession);
        open = session;
        attempt(() -> TransactionMode.call(mode, () -> {
            session.beginTransaction();
            look(session);
            return session;
        }));
    }

    void write() throws Exception {
        Session session = opened();
        int next = acknowledged + 1;
        attempt(() -> {
            session.persist(new Entry(UUID.randomUUID(), name + "-" + next, null));
            String count = name + "=" + next;
            Entry counter = session.find(Entry.class, counterId);
            if (counter == null) {
                session.persist(new Entry(counterId, null, count));
            } else {
                counter.email = count;
            }
            session.flush();
            return session;
        });
    }

    void commit() throws Exception {
        Session session = opened();
        attempt(() -> {
            try {
                session.getTransaction().commit();
            } catch (RuntimeException e) {
                uncertain = SqlState.isConnectionLost(new SQLException("", Events.sqlState(e)));
                throw e;
            }
            return session;
        });
        open = null;
        session.close();
        acknowledged++;
        events.acknowledge(tenant, name, acknowledged, home);
    }

    /** A transaction that only reads, and cannot do more. Returns the home it read from. */
    String read(TransactionMode mode) throws Exception {
        begin(mode.asReadOnly());
        Session session = opened();
        attempt(() -> {
            long entries = session.createSelectionQuery(
                            "select count(*) from Entry where externalId like :entries", Long.class)
                    .setParameter("entries", name + "-%")
                    .getSingleResult();
            if (entries != acknowledged) {
                throw new StaleReadException(entries + " entries were read of " + acknowledged + ", in " + home);
            }
            session.getTransaction().commit();
            return session;
        });
        open = null;
        session.close();
        return home;
    }

    /** Database and schema that the latest transaction was in. */
    String home() {
        return home;
    }

    private void look(Session session) {
        home = session.createNativeQuery("select current_database() || '.' || current_schema()", String.class)
                .getSingleResult();
        Entry counter = session.find(Entry.class, counterId);
        int count = counter == null
                ? 0
                : Integer.parseInt(Objects.requireNonNull(counter.email).substring(name.length() + 1));
        if (uncertain && count == acknowledged + 1) {
            acknowledged = count;
            events.acknowledge(tenant, name, acknowledged, home);
        }
        uncertain = false;
        if (count != acknowledged) {
            throw new StaleReadException(count + " was read instead of " + acknowledged + ", in " + home);
        }
    }

    private Session opened() {
        if (open == null) {
            throw new IllegalStateException("no transaction is open");
        }
        return open;
    }

    /** On a failure the session is closed, as an application would; what fails then is added to the failure. */
    private void attempt(Callable<Session> work) throws Exception {
        try {
            TenantContext.call(tenant, work);
        } catch (Exception e) {
            try (Session failed = opened()) {
                open = null;
                failed.getTransaction().rollback();
            } catch (RuntimeException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }
}
