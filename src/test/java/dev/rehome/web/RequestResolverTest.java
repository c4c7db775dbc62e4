package dev.rehome.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.placement.TenantNames;
import dev.rehome.tenant.TenantId;
import dev.rehome.web.Resolution.Ambiguous;
import dev.rehome.web.Resolution.Found;
import dev.rehome.web.Resolution.Silent;
import dev.rehome.web.Resolution.Unknown;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestResolverTest {
    private static final TenantId ANN = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
    private static final TenantId BOB = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000b"));
    private static final TenantNames NAMES = name -> Optional.ofNullable(
            Map.of("ann", ANN, "www.ann.example", ANN, "bob", BOB).get(name));
    private static final Resolution ANNS = new Found(ANN);

    /** As a server would show it. */
    private record Asked(
            String host, String path, Map<String, List<String>> headers, String sender, Map<String, String> attributes)
            implements WebRequest {
        static Asked of(String host, String path) {
            return new Asked(host, path, Map.of(), "192.0.2.1", Map.of());
        }

        Asked with(String header, String... values) {
            return new Asked(host, path, Map.of(header, List.of(values)), sender, attributes);
        }

        Asked claiming(String claim) {
            return new Asked(host, path, headers, sender, Map.of("claim", claim));
        }

        @Override
        public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }

        @Override
        public Optional<String> remoteAddress() {
            return Optional.of(sender);
        }

        @Override
        public @Nullable Object attribute(String name) {
            return attributes.get(name);
        }

        @Override
        public Optional<Principal> principal() {
            return Optional.empty();
        }
    }

    private static final RequestResolver CLAIM =
            new ClaimResolver(request -> Optional.ofNullable((String) request.attribute("claim")), NAMES);

    @Test
    void aCustomDomainIsLookedUpWhole() {
        RequestResolver resolver = HostResolver.customDomains(NAMES);

        assertEquals(ANNS, resolver.resolve(Asked.of("WWW.ann.example.", "/")));
        assertEquals(new Unknown(), resolver.resolve(Asked.of("ann.example", "/")));
        assertEquals(new Unknown(), resolver.resolve(Asked.of("", "/")));
    }

    @Test
    void belowTheOperatorsDomainOneLabelIsLookedUp() {
        RequestResolver resolver = HostResolver.below("shop.example", NAMES);

        assertEquals(ANNS, resolver.resolve(Asked.of("Ann.shop.example", "/")));
        assertEquals(new Unknown(), resolver.resolve(Asked.of("eve.shop.example", "/")));
        assertEquals(new Unknown(), resolver.resolve(Asked.of("ann.ann.shop.example", "/")));
        assertEquals(new Silent(), resolver.resolve(Asked.of("shop.example", "/")));
        assertEquals(new Silent(), resolver.resolve(Asked.of("ann.workshop.example", "/")));
        assertThrows(IllegalArgumentException.class, () -> HostResolver.below("*.shop.example", NAMES));
    }

    @Test
    void aHeaderCountsOnlyIfItsSenderIsTrusted() {
        RequestResolver nobodys = new HeaderResolver("X-Tenant", HeaderResolver.from("192.0.2.9"), NAMES);
        RequestResolver proxys = new HeaderResolver("X-Tenant", HeaderResolver.from("192.0.2.1"), NAMES);

        assertEquals(new Silent(), nobodys.resolve(Asked.of("h", "/").with("X-Tenant", "ann")));
        assertEquals(ANNS, proxys.resolve(Asked.of("h", "/").with("X-Tenant", " ann ")));
        assertEquals(new Silent(), proxys.resolve(Asked.of("h", "/")));
    }

    @Test
    void aHeaderThatNamesTwoIsAmbiguous() {
        RequestResolver resolver = new HeaderResolver("X-Tenant", HeaderResolver.fromEverybody(), NAMES);

        assertEquals(new Ambiguous(), resolver.resolve(Asked.of("h", "/").with("X-Tenant", "ann", "bob")));
        assertEquals(new Ambiguous(), resolver.resolve(Asked.of("h", "/").with("X-Tenant", "ann, bob")));
        assertEquals(ANNS, resolver.resolve(Asked.of("h", "/").with("X-Tenant", "ann", "ann")));
        assertEquals(new Unknown(), resolver.resolve(Asked.of("h", "/").with("X-Tenant", "")));
    }

    @ParameterizedTest
    @CsvSource({"/t/ann, true", "/t/ann/orders, true", "/t/ann/, true", "/t, false", "/t/, false", "/, false"})
    void aSegmentOfThePathIsLookedUp(String path, boolean found) {
        assertEquals(found ? ANNS : new Silent(), new PathResolver(1, NAMES).resolve(Asked.of("h", path)));
    }

    /** Whatever the server makes of it, it must not be served as one tenant's and understood as another's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/t/ann/../bob",
                "/t/ann/%2E%2e/bob",
                "/t/ann/..;x/bob",
                "/t//ann",
                "//t/ann",
                "/t/a%6en",
                "/t/ann;bob",
                "/t\\ann/bob",
                "/./t/ann"
            })
    void aPathThatMayBeReadInTwoWaysIsAmbiguous(String path) {
        assertEquals(new Ambiguous(), new PathResolver(1, NAMES).resolve(Asked.of("h", path)));
    }

    @Test
    void inAnOrderTheFirstThatIsNotSilentDecides() {
        RequestResolver resolver = RequestResolver.inOrder(
                HostResolver.below("shop.example", NAMES), CLAIM, HostResolver.customDomains(NAMES));

        assertEquals(ANNS, resolver.resolve(Asked.of("ann.shop.example", "/").claiming("bob")));
        assertEquals(
                new Unknown(),
                resolver.resolve(Asked.of("eve.shop.example", "/").claiming("ann")));
        assertEquals(ANNS, resolver.resolve(Asked.of("shop.example", "/").claiming("ann")));
        assertEquals(ANNS, resolver.resolve(Asked.of("www.ann.example", "/")));
        assertEquals(new Silent(), RequestResolver.inOrder(CLAIM).resolve(Asked.of("h", "/")));
    }

    @Test
    void aTokenOfOneTenantIsWorthNothingAtAnothersHost() {
        RequestResolver resolver = RequestResolver.agreeing(HostResolver.below("shop.example", NAMES), CLAIM);

        assertEquals(
                new Ambiguous(),
                resolver.resolve(Asked.of("ann.shop.example", "/").claiming("bob")));
        assertEquals(ANNS, resolver.resolve(Asked.of("ann.shop.example", "/").claiming("ann")));
        assertEquals(ANNS, resolver.resolve(Asked.of("ann.shop.example", "/")));
        assertEquals(ANNS, resolver.resolve(Asked.of("shop.example", "/").claiming("ann")));
        assertEquals(
                new Unknown(),
                resolver.resolve(Asked.of("ann.shop.example", "/").claiming("eve")));
        assertEquals(new Silent(), resolver.resolve(Asked.of("shop.example", "/")));
    }
}
