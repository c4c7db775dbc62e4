package dev.rehome.cdi;

import org.hibernate.Session;
import org.hibernate.engine.creation.internal.SessionCreationOptionsAdaptor;
import org.hibernate.engine.creation.internal.SharedStatelessSessionBuilderImpl;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.StatelessSessionImplementor;
import org.hibernate.internal.SessionFactoryImpl;
import org.hibernate.internal.StatelessSessionImpl;

/**
 * Opens the stateless session that shares a session's connection and transaction.
 *
 * <p>This is {@code session.statelessWithOptions().connection().open()} without its check of the tenant: in Hibernate
 * 7.4.13 that check is the wrong way round, and refuses exactly the session's own tenant. A session's tenant cannot be
 * changed through this class.
 */
final class StatelessSessionInUnit extends SharedStatelessSessionBuilderImpl {
    private final SessionImplementor session;

    StatelessSessionInUnit(Session session) {
        super(session.unwrap(SessionImplementor.class));
        this.session = session.unwrap(SessionImplementor.class);
        connection();
    }

    @Override
    public StatelessSessionImplementor open() {
        return createStatelessSession();
    }

    @Override
    protected StatelessSessionImplementor createStatelessSession() {
        SessionFactoryImpl factory = session.getSessionFactory().unwrap(SessionFactoryImpl.class);
        return new StatelessSessionImpl(factory, new SessionCreationOptionsAdaptor(factory, this, session));
    }
}
