package dev.rehome.cdi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.tenant.CapturingExecutorService;
import dev.rehome.tenant.NoTenantException;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What of a tenant's context holds for the observers of events, and how it is taken to those on other threads. */
class AsyncEventTest {
    private static final TenantId ANN = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
    private static final TenantId BOB = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000b"));

    private static H2Sessions sessions;
    private static SeContainer container;
    private static ExecutorService pool;

    /** Something has happened. */
    record Placed(List<Optional<TenantId>> heardAs) {}

    /** Something has happened that is to be written down. */
    record Written(List<String> by) {}

    /** Belongs to a request of the container. */
    @RequestScoped
    public static class Basket {
        private @Nullable String holder;

        public @Nullable String holder() {
            return holder;
        }

        public void hold(String name) {
            holder = name;
        }
    }

    /** Hears of everything, on whichever thread. */
    @ApplicationScoped
    public static class Listener {
        @Inject
        Session session;

        @Inject
        Basket basket;

        void at(@Observes Placed event) {
            event.heardAs().add(TenantContext.current());
        }

        void later(@ObservesAsync Placed event) {
            event.heardAs().add(TenantContext.current());
        }

        @Transactional
        public void write(@ObservesAsync Written event) {
            session.persist(new Note(TenantContext.require().toString()));
            session.flush();
            event.by().add(TenantContext.require() + " " + basket.holder());
        }
    }

    /** Tells. */
    @ApplicationScoped
    public static class Teller {
        @Inject
        Event<Placed> placed;

        @Inject
        Event<Written> written;

        @Inject
        Basket basket;

        @Inject
        RequestContextController request;

        public Event<Placed> placed() {
            return placed;
        }

        public Event<Written> written() {
            return written;
        }

        public Basket basket() {
            return basket;
        }

        public RequestContextController request() {
            return request;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        sessions = new H2Sessions(List.of(Note.class), connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(Note.TABLE);
            }
        });
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addExtensions(new RehomeExtension(sessions.sessionFactory()))
                .addBeanClasses(Listener.class, Teller.class, Basket.class)
                .initialize();
        pool = Executors.newFixedThreadPool(1);
    }

    @AfterAll
    static void stop() throws Exception {
        pool.shutdown();
        container.close();
        sessions.close();
    }

    private static Teller teller() {
        return container.select(Teller.class).get();
    }

    @Test
    void anObserverOnTheSameThreadWorksForTheTenantAndAnAsynchronousOneForNobody() throws Exception {
        Placed at = new Placed(new CopyOnWriteArrayList<>());
        Placed later = new Placed(new CopyOnWriteArrayList<>());

        TenantContext.run(ANN, () -> {
            teller().placed().fire(at);
            teller().placed().fireAsync(later).toCompletableFuture().join();
        });

        assertEquals(List.of(Optional.of(ANN)), at.heardAs());
        assertEquals(List.of(Optional.empty()), later.heardAs());
    }

    @Test
    void anAsynchronousObserverWorksForTheTenantThatWasCaptured() throws Exception {
        Placed first = new Placed(new CopyOnWriteArrayList<>());
        Placed second = new Placed(new CopyOnWriteArrayList<>());

        TenantContext.run(
                ANN,
                () -> teller().placed()
                        .fireAsync(
                                first,
                                NotificationOptions.ofExecutor(
                                        TenantContext.captured().executor(pool)))
                        .toCompletableFuture()
                        .join());
        TenantContext.run(
                BOB,
                () -> teller().placed()
                        .fireAsync(second, NotificationOptions.ofExecutor(new CapturingExecutorService(pool)))
                        .toCompletableFuture()
                        .join());

        assertEquals(List.of(Optional.of(ANN)), first.heardAs());
        assertEquals(List.of(Optional.of(BOB)), second.heardAs());
        assertEquals(Optional.empty(), pool.submit(TenantContext::current).get());
    }

    @Test
    void aTransactionalObserverWithoutACapturedTenantIsRefused() {
        Written event = new Written(new CopyOnWriteArrayList<>());

        CompletionException refused = assertThrows(
                CompletionException.class,
                () -> TenantContext.call(
                        ANN,
                        () -> teller().written()
                                .fireAsync(event)
                                .toCompletableFuture()
                                .join()));

        assertTrue(refused.getCause() instanceof NoTenantException, String.valueOf(refused.getCause()));
        assertEquals(List.of(), event.by());
    }

    /** A request scope is the container's: it gives each asynchronous observer one of its own, tenant or not. */
    @Test
    void aCapturedTenantBringsNoRequestScopeAlong() throws Exception {
        Written event = new Written(new CopyOnWriteArrayList<>());
        Teller teller = teller();
        teller.request().activate();
        try {
            teller.basket().hold("ann's basket");
            TenantContext.run(
                    ANN,
                    () -> teller.written()
                            .fireAsync(
                                    event,
                                    NotificationOptions.ofExecutor(
                                            TenantContext.captured().executor(pool)))
                            .toCompletableFuture()
                            .join());
            assertEquals("ann's basket", Objects.requireNonNull(teller.basket().holder()));
        } finally {
            teller.request().deactivate();
        }

        assertEquals(List.of(ANN + " null"), event.by());
    }
}
