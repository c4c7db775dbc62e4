package dev.rehome.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.tenant.CapturedContext;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Jakarta REST filter in Jersey, over HTTP. */
class TenantRequestFilterTest {
    private static final TenantId ANN = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
    private static final TenantId BOB = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000b"));
    private static final RequestResolver RESOLVER = RequestResolver.inOrder(
            new HeaderResolver(
                    "X-Tenant",
                    HeaderResolver.fromEverybody(),
                    name -> Optional.ofNullable(Map.of("ann", ANN, "bob", BOB).get(name))),
            HostResolver.below(
                    "shop.example",
                    name -> Optional.ofNullable(Map.of("ann", ANN, "bob", BOB).get(name))));

    @TempDir
    private java.nio.file.Path folder;

    private WebServer server;
    private int port;

    /** Works for the tenant of its request in every way that a resource can. */
    @Path("/")
    public static class Resource {
        @GET
        @Path("whose")
        public String whose(@Context ContainerRequestContext request) throws Exception {
            return TenantContext.current().isPresent() + " "
                    + TenantRequestFilter.contextOf(request).call(TenantContext::require);
        }

        @GET
        @Path("fails")
        public String fails(@Context ContainerRequestContext request) throws Exception {
            return TenantRequestFilter.contextOf(request).call(() -> {
                throw new IllegalStateException("of the application");
            });
        }

        @GET
        @Path("suspended")
        public String suspended(@Context ContainerRequestContext request) throws Exception {
            return TenantRequestFilter.contextOf(request).call(() -> {
                throw new TenantSuspendedException(TenantContext.require());
            });
        }

        @GET
        @Path("async")
        public void async(@Context ContainerRequestContext request, @Suspended AsyncResponse response) {
            CapturedContext context = TenantRequestFilter.contextOf(request);
            new Thread(context.runnable(() -> response.resume(TenantContext.require() + ""))).start();
        }

        @GET
        @Path("stage")
        public CompletionStage<String> stage(@Context ContainerRequestContext request) {
            return CompletableFuture.supplyAsync(
                    () -> TenantContext.require() + "",
                    TenantRequestFilter.contextOf(request).executor(ForkJoinPool.commonPool()));
        }

        /** Behind the servlet filter nothing is to be said. */
        @GET
        @Path("bound")
        public String bound() {
            return TenantContext.require() + "";
        }

        @GET
        @Path("bound-async")
        public void boundAsync(@Suspended AsyncResponse response) {
            new Thread(TenantContext.captured().runnable(() -> response.resume(TenantContext.require() + ""))).start();
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = new WebServer(folder, "");
    }

    private void startWith(ResourceConfig resources) throws Exception {
        server.servlet(new ServletContainer(resources), "/*");
        port = server.start();
    }

    @AfterEach
    void noThreadHasATenantLeft() throws Exception {
        List<Optional<TenantId>> left = new CopyOnWriteArrayList<>();
        server.onEveryThread(number -> left.add(TenantContext.current()));
        server.close();
        assertEquals(List.of(Optional.empty(), Optional.empty(), Optional.empty()), left);
    }

    private static ResourceConfig resources() {
        return new ResourceConfig().register(Resource.class);
    }

    @Test
    void aResourceWorksForTheTenantOfItsRequestWhereItSaysSo() throws Exception {
        startWith(resources().register(new TenantRequestFilter(RESOLVER)).register(new TenantRefusalMapper()));
        try (Browser browser = new Browser(port)) {
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        "false " + ANN,
                        browser.get("h", "/whose", "X-Tenant: ann").body());
                assertEquals(
                        "false " + BOB,
                        browser.get("bob.shop.example", "/whose").body());
                assertEquals(
                        ANN + "", browser.get("h", "/async", "X-Tenant: ann").body());
                assertEquals(
                        BOB + "", browser.get("h", "/stage", "X-Tenant: bob").body());
            }
        }
    }

    @Test
    void aRequestOfNobodyIsRefusedWithoutAWord() throws Exception {
        startWith(resources().register(new TenantRequestFilter(RESOLVER)).register(new TenantRefusalMapper()));
        try (Browser browser = new Browser(port)) {
            Browser.Answer unknown = browser.get("h", "/whose", "X-Tenant: eve");
            assertEquals(404, unknown.status());
            assertEquals("", unknown.body());
            assertEquals("no-store", unknown.headers().get("cache-control"));
            assertEquals(404, browser.get("eve.shop.example", "/whose").status());
            assertEquals(400, browser.get("h", "/whose").status());
            assertEquals(
                    400,
                    browser.get("h", "/whose", "X-Tenant: ann", "X-Tenant: bob").status());
            Browser.Answer suspended = browser.get("h", "/suspended", "X-Tenant: ann");
            assertEquals(503, suspended.status());
            assertEquals("", suspended.body());
        }
    }

    @Test
    void aFailureThatNobodyMapsLeavesNoTenantBehind() throws Exception {
        startWith(resources().register(new TenantRequestFilter(RESOLVER)));
        try (Browser browser = new Browser(port)) {
            assertEquals(500, browser.get("h", "/fails", "X-Tenant: ann").status());
            assertEquals(
                    "false " + BOB, browser.get("h", "/whose", "X-Tenant: bob").body());
        }
    }

    @Test
    void behindTheServletFilterAResourceHasItsTenantWithoutAWord() throws Exception {
        server.filter(new TenantFilter(RESOLVER));
        startWith(resources().register(new TenantRefusalMapper()));
        try (Browser browser = new Browser(port)) {
            assertEquals(ANN + "", browser.get("h", "/bound", "X-Tenant: ann").body());
            assertEquals(
                    BOB + "", browser.get("h", "/bound-async", "X-Tenant: bob").body());
            assertEquals(503, browser.get("h", "/suspended", "X-Tenant: ann").status());
            assertEquals(404, browser.get("h", "/bound", "X-Tenant: eve").status());
            assertEquals(
                    "true " + BOB, browser.get("h", "/whose", "X-Tenant: bob").body());
        }
    }
}
