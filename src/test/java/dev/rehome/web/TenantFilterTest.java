package dev.rehome.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.CachedTenantNames;
import dev.rehome.placement.HostName;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.JdbcTenantHosts;
import dev.rehome.placement.NameLimits;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.CapturedContext;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.web.Browser.Answer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter in a web server, over HTTP. */
class TenantFilterTest {
    private static final String WHOSE =
            "select current_setting('rehome.tenant') || ' ' || current_setting('transaction_isolation')";

    @TempDir
    private Path folder;

    private final List<String> lookedUp = new CopyOnWriteArrayList<>();
    private final List<String> reached = new CopyOnWriteArrayList<>();
    private TestFleet fleet;
    private DataLayer layer;
    private TenantId ann;
    private TenantId bob;
    private WebServer server;
    private int port;

    /** What an application may do with a request: as its path says. */
    private final class Application extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            reached.add(request.getServerName());
            switch (request.getServletPath()) {
                case "/whose" -> response.getWriter().print(TenantContext.require());
                case "/database" -> response.getWriter().print(tenantOfTheDatabase());
                case "/fails" -> throw new IllegalStateException("of the application");
                case "/fails-checked" -> throw new ServletException("of the application");
                case "/wraps" -> {
                    try {
                        tenantOfTheDatabase();
                    } catch (RuntimeException e) {
                        throw new ServletException(e);
                    }
                }
                case "/begins-then-fails" -> {
                    response.getWriter().print("begun");
                    response.flushBuffer();
                    tenantOfTheDatabase();
                }
                case "/async" -> async(request);
                case "/dispatched" -> dispatched(request, response);
                case "/forward" -> request.getRequestDispatcher("/whose").forward(request, response);
                case "/page" ->
                    response.getWriter()
                            .print(request.getDispatcherType() + " "
                                    + TenantContext.current().isPresent());
                default -> response.sendError(404);
            }
        }

        /** Answered by another thread, which has the tenant because it was captured. */
        private void async(HttpServletRequest request) {
            AsyncContext async = request.startAsync();
            CapturedContext context = TenantContext.captured();
            new Thread(() -> {
                        String uncaptured = TenantContext.current().isPresent() ? "inherited" : "none";
                        context.run(() -> answer(async, uncaptured + " " + tenantOfTheDatabase()));
                        async.complete();
                    })
                    .start();
        }

        private void answer(AsyncContext async, String text) {
            try {
                async.getResponse().getWriter().print(text);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Comes back to the container, and so through the filter again. */
        private void dispatched(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().print("ASYNC " + TenantContext.require());
            } else {
                AsyncContext async = request.startAsync();
                new Thread(async::dispatch).start();
            }
        }
    }

    private String tenantOfTheDatabase() {
        return layer.sessionFactory()
                .fromTransaction(session ->
                        session.createNativeQuery(WHOSE, String.class).getSingleResult());
    }

    @BeforeEach
    void start() throws Exception {
        fleet = TestFleet.onPostgres();
        layer = fleet.dataLayer(List.of());
        ann = fleet.createTenant(Tier.SHARED);
        bob = fleet.createTenant(Tier.SCHEMA);
        JdbcTenantHosts hosts = new JdbcTenantHosts(
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test"));
        JdbcTenantHosts asApplication = new JdbcTenantHosts(
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.APP, "test"));
        hosts.assign(ann, List.of(new HostName("ann")), "test");
        hosts.assign(bob, List.of(new HostName("www.bob.example")), "test");
        CachedTenantNames names = new CachedTenantNames(
                name -> {
                    lookedUp.add(name);
                    return asApplication.find(name);
                },
                NameLimits.DEFAULT);
        server = new WebServer(folder, "")
                .filter(new TenantFilter(RequestResolver.inOrder(
                        new HeaderResolver("X-Tenant", HeaderResolver.from("192.0.2.1"), names),
                        HostResolver.below("shop.example", names),
                        HostResolver.customDomains(names))))
                .servlet(new Application(), "/")
                .errorPage(500, "/page");
        port = server.start();
    }

    @AfterEach
    void stop() throws Exception {
        List<Optional<TenantId>> left = new CopyOnWriteArrayList<>();
        server.onEveryThread(number -> left.add(TenantContext.current()));
        server.close();
        fleet.close();
        assertEquals(List.of(Optional.empty(), Optional.empty(), Optional.empty()), left);
    }

    @Test
    void oneConnectionIsUsedForOneTenantAfterTheOther() throws Exception {
        try (Browser browser = new Browser(port)) {
            for (int i = 0; i < 5; i++) {
                assertEquals(ann + "", browser.get("ann.shop.example", "/whose").body());
                assertEquals(404, browser.get("eve.shop.example", "/whose").status());
                assertEquals(
                        bob + " read committed",
                        browser.get("www.bob.example", "/database").body());
            }
            assertEquals(1, browser.connections());
        }
        assertEquals(List.of("ann", "eve", "www.bob.example"), lookedUp);
    }

    @Test
    void tenantsOnTheSameThreadsAtOnceNeverMeet() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Future<?>> running = new ArrayList<>();
        Map<String, TenantId> hosts = Map.of("ann.shop.example", ann, "www.bob.example", bob);
        List<String> paths = List.of("/whose", "/database", "/async", "/dispatched", "/fails");
        for (int client = 0; client < 8; client++) {
            int first = client;
            running.add(clients.submit(() -> {
                for (int i = 0; i < 25; i++) {
                    String host = List.copyOf(hosts.keySet()).get((first + i) % 2);
                    String path = paths.get((first + i) % paths.size());
                    try (Browser browser = new Browser(port)) {
                        String body = browser.get(host, path).body();
                        if (!path.equals("/fails") && !body.contains(String.valueOf(hosts.get(host)))) {
                            wrong.add(host + path + ": " + body);
                        }
                    }
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
        clients.shutdown();

        assertEquals(List.of(), List.copyOf(wrong));
    }

    @Test
    void anUnknownTenantIsAnsweredWithoutAWordAndReachesNothing() throws Exception {
        try (Browser browser = new Browser(port)) {
            for (String host : List.of("eve.shop.example", "www.eve.example", "a.b.shop.example", "shop.example")) {
                Answer answer = browser.get(host, "/whose");

                assertEquals(404, answer.status(), host);
                assertEquals("", answer.body());
                assertEquals("no-store", answer.headers().get("cache-control"));
                assertFalse(
                        answer.headers().containsKey("content-type"),
                        answer.headers().toString());
            }
            int asked = lookedUp.size();
            browser.get("eve.shop.example", "/whose");
            assertEquals(asked, lookedUp.size());
        }
        assertEquals(List.of(), reached);
    }

    @Test
    void aHeaderOfAnUntrustedClientChangesNothing() throws Exception {
        try (Browser browser = new Browser(port)) {
            assertEquals(
                    ann + "",
                    browser.get("ann.shop.example", "/whose", "X-Tenant: " + bob)
                            .body());
        }
    }

    @Test
    void whatTheApplicationThrowsStaysItsOwnAndTheErrorPageHasTheTenant() throws Exception {
        try (Browser browser = new Browser(port)) {
            for (String path : List.of("/fails", "/fails-checked")) {
                Answer answer = browser.get("ann.shop.example", path);
                assertEquals(500, answer.status());
                assertEquals("ERROR true", answer.body());
            }
            // Refusals are answered before any error page.
            assertEquals("", browser.get("eve.shop.example", "/fails").body());
        }
    }

    @Test
    void asynchronousWorkHasTheTenantThatWasCapturedAndWhatItDispatchesHasItAgain() throws Exception {
        try (Browser browser = new Browser(port)) {
            assertEquals(
                    "none " + ann + " read committed",
                    browser.get("ann.shop.example", "/async").body());
            assertEquals(
                    "ASYNC " + bob,
                    browser.get("www.bob.example", "/dispatched").body());
            assertEquals(bob + "", browser.get("www.bob.example", "/forward").body());
        }
    }

    @Test
    void aSuspendedTenantIsUnavailableUnlessItsAnswerHasBegun() throws Exception {
        fleet.execute("update rehome.residency set state = 'SUSPENDED' where tenant_id = '" + ann + "'");
        try (Browser browser = new Browser(port)) {
            for (String path : List.of("/database", "/wraps")) {
                Answer answer = browser.get("ann.shop.example", path);
                assertEquals(503, answer.status());
                assertEquals("", answer.body());
                assertNull(answer.headers().get("retry-after"));
            }
            assertEquals(200, browser.get("ann.shop.example", "/whose").status());
            assertEquals(
                    bob + " read committed",
                    browser.get("www.bob.example", "/database").body());
        }
        try (Browser browser = new Browser(port)) {
            assertEquals(200, statusOfABrokenAnswer(browser));
        }
        fleet.execute("update rehome.residency set state = 'HERE' where tenant_id = '" + ann + "'");
    }

    private static int statusOfABrokenAnswer(Browser browser) throws IOException {
        try {
            return browser.get("ann.shop.example", "/begins-then-fails").status();
        } catch (EOFException cutOff) {
            return 200; // the status was sent, and the body ends without its end
        }
    }

    @Test
    void aRequestThatNamesNoTenantOrTwoIsABadOne(@TempDir Path other) throws Exception {
        RequestResolver header = new HeaderResolver(
                "X-Tenant", HeaderResolver.fromEverybody(), name -> Optional.of(name.equals("ann") ? ann : bob));
        RequestResolver path = new PathResolver(0, name -> Optional.of(name.equals("ann") ? ann : bob));
        try (WebServer second = new WebServer(other, "/app")
                .filter(new TenantFilter(RequestResolver.agreeing(header, path)))
                .servlet(new Application(), "/")) {
            try (Browser browser = new Browser(second.start())) {
                assertEquals(400, browser.get("h", "/app/").status());
                assertEquals(
                        400,
                        browser.get("h", "/app/", "X-Tenant: ann", "X-Tenant: bob")
                                .status());
                assertEquals(400, browser.get("h", "/app/ann", "X-Tenant: bob").status());
                assertEquals(400, browser.get("h", "/app/bob/%2e%2e/ann").status());
                assertTrue(reached.isEmpty(), reached.toString());
                browser.get("h", "/app/ann", "X-Tenant: ann");
                assertEquals(1, reached.size());
            }
        }
    }

    @Test
    void aDirectoryThatCannotBeAskedIsNotAnUnknownTenant(@TempDir Path other) throws Exception {
        CachedTenantNames away = new CachedTenantNames(
                new JdbcTenantHosts(() -> {
                    throw new SQLException("away", "08001");
                }),
                NameLimits.DEFAULT);
        try (WebServer second = new WebServer(other, "")
                .filter(new TenantFilter(HostResolver.customDomains(away)))
                .servlet(new Application(), "/")) {
            try (Browser browser = new Browser(second.start())) {
                Answer answer = browser.get("www.bob.example", "/whose");
                assertEquals(503, answer.status());
                assertEquals("1", answer.headers().get("retry-after"));
                assertEquals(
                        0, Stream.of(answer.body()).mapToInt(String::length).sum());
            }
        }
    }
}
