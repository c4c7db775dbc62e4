package dev.rehome.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.hibernate.Session;
import org.hibernate.StatelessSession;

/** Does any work under each of the rules of {@link Transactional}. */
@ApplicationScoped
public class Desk {
    private final Session session;
    private final EntityManager entityManager;
    private final StatelessSession statelessSession;
    private final NoteRepository repository;
    private final Pad pad;

    @Inject
    Desk(
            Session session,
            EntityManager entityManager,
            StatelessSession statelessSession,
            NoteRepository repository,
            Pad pad) {
        this.session = session;
        this.entityManager = entityManager;
        this.statelessSession = statelessSession;
        this.repository = repository;
        this.pad = pad;
    }

    public Session session() {
        return session;
    }

    public EntityManager entityManager() {
        return entityManager;
    }

    public StatelessSession statelessSession() {
        return statelessSession;
    }

    NoteRepository repository() {
        return repository;
    }

    public Pad pad() {
        return pad;
    }

    @Transactional
    public <T> T required(Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.REQUIRES_NEW)
    public <T> T requiresNew(Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.MANDATORY)
    public <T> T mandatory(Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.SUPPORTS)
    public <T> T supports(Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.NOT_SUPPORTED)
    public <T> T notSupported(Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.NEVER)
    public <T> T never(Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(
            rollbackOn = IOException.class,
            dontRollbackOn = {FileNotFoundException.class, IllegalArgumentException.class})
    public <T> T withRules(Callable<T> work) throws Exception {
        return work.call();
    }
}
