package dev.rehome.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CachedTenantNamesTest {
    private static final TenantId ANN = TenantId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));
    private static final NameLimits LIMITS =
            new NameLimits(10, Duration.ofMinutes(10), 100, Duration.ofMinutes(1), 2, Duration.ofMillis(50));

    private final List<String> lookedUp = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final CachedTenantNames names = new CachedTenantNames(this::lookUp, LIMITS, nanos::get);

    private Optional<TenantId> lookUp(String name) {
        lookedUp.add(name);
        return name.equals("ann.example") ? Optional.of(ANN) : Optional.empty();
    }

    @Test
    void aNameIsLookedUpOnceWhateverTheAnswer() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.of(ANN), names.find("ann.example"));
            assertEquals(Optional.of(ANN), names.find("Ann.Example"));
            assertEquals(Optional.empty(), names.find("nobody.example"));
        }

        assertEquals(List.of("ann.example", "nobody.example"), lookedUp);
    }

    @Test
    void anUnknownNameIsAskedForAgainWhenItsTimeIsOverAndAKnownOneLater() {
        names.find("ann.example");
        names.find("nobody.example");

        nanos.addAndGet(LIMITS.unknownFor().toNanos() + 1);
        names.find("ann.example");
        names.find("nobody.example");
        assertEquals(List.of("ann.example", "nobody.example", "nobody.example"), lookedUp);

        nanos.addAndGet(LIMITS.knownFor().toNanos());
        names.find("ann.example");
        assertEquals(4, lookedUp.size());
    }

    @Test
    void aFloodOfInventedNamesTakesNoMoreThanItsShareAndPushesNoKnownNameOut() {
        names.find("ann.example");

        IntStream.range(0, 10_000).forEach(i -> names.find("flood-" + i + ".example"));

        assertTrue(names.size() <= LIMITS.known() + LIMITS.unknown(), () -> names.size() + " names");
        lookedUp.clear();
        assertEquals(Optional.of(ANN), names.find("ann.example"));
        assertEquals(List.of(), lookedUp);
    }

    @Test
    void aNameLongerThanAnyIsNobodysWithoutALookUp() {
        assertEquals(Optional.empty(), names.find("a".repeat(1_000_000)));
        assertEquals(Optional.empty(), names.find(""));

        assertEquals(List.of(), lookedUp);
        assertEquals(0, names.size());
    }

    @Test
    void aNameThatWasForgottenIsLookedUpAtOnce() {
        names.find("ann.example");
        names.find("nobody.example");

        names.forget("ANN.example");
        names.forget("nobody.example");
        names.find("ann.example");
        names.find("nobody.example");

        assertEquals(4, lookedUp.size());
    }

    @Test
    void noMoreThanSoManyLookUpsAreUnderWayAndKnownNamesDoNotWaitForThem() throws Exception {
        CountDownLatch underWay = new CountDownLatch(LIMITS.lookups());
        CountDownLatch answer = new CountDownLatch(1);
        CachedTenantNames slow = new CachedTenantNames(
                name -> {
                    if (name.startsWith("slow")) {
                        underWay.countDown();
                        awaitUninterrupted(answer);
                    }
                    return lookUp(name);
                },
                LIMITS);
        slow.find("ann.example");
        List<CompletableFuture<Optional<TenantId>>> waiting = Stream.of("slow-1.example", "slow-2.example")
                .map(name -> CompletableFuture.supplyAsync(() -> slow.find(name)))
                .toList();
        underWay.await();

        RehomeException busy = assertThrows(RehomeException.class, () -> slow.find("third.example"));

        assertEquals(ErrorKind.BUSY, busy.kind());
        assertEquals(Optional.of(ANN), slow.find("ann.example"));
        answer.countDown();
        for (CompletableFuture<Optional<TenantId>> one : waiting) {
            assertEquals(Optional.empty(), one.get());
        }
        assertEquals(Optional.empty(), slow.find("third.example"));
    }

    @Test
    void aFailureOfTheDirectoryIsNotRemembered() {
        List<RehomeException> failures = new CopyOnWriteArrayList<>(
                List.of(new RehomeException(ErrorKind.EXTERNAL, "The directory is away. Start it.")));
        CachedTenantNames failing = new CachedTenantNames(
                name -> {
                    if (!failures.isEmpty()) {
                        throw failures.remove(0);
                    }
                    return lookUp(name);
                },
                LIMITS);

        assertThrows(RehomeException.class, () -> failing.find("ann.example"));

        assertEquals(Optional.of(ANN), failing.find("ann.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "-a.example", "a..example", "a_b.example", "ä.example", "1.2.3.4:80", "[::1]", "a b"})
    void whatIsNoHostNameIsNoneAndIsNotLookedUp(String text) {
        assertEquals(Optional.empty(), HostName.parse(text));
        assertEquals(
                Optional.empty(),
                new JdbcTenantHosts(() -> {
                            throw new SQLException("asked");
                        })
                        .find(text));
    }

    @Test
    void aHostNameIsReadInLowerCaseWithoutTheDotAtItsEnd() {
        HostName host = HostName.parse("Acme.Shop.Example.").orElseThrow();

        assertEquals("acme.shop.example", host.value());
        assertEquals(Optional.of(new HostName("acme")), host.labelIn(new HostName("shop.example")));
        assertEquals(Optional.empty(), host.labelIn(new HostName("example")));
        assertEquals(Optional.empty(), host.labelIn(new HostName("op.example")));
    }

    @ParameterizedTest
    @EnumSource
    void theDirectoryKeepsHostsOfTenants(Product product) throws SQLException {
        try (TestFleet fleet = TestFleet.on(product)) {
            TenantId ann = fleet.createTenant(Tier.SHARED);
            TenantId bob = fleet.createTenant(Tier.SHARED);
            JdbcTenantHosts hosts = new JdbcTenantHosts(
                    () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test"));
            HostName host = new HostName("www.ann.example");

            hosts.assign(ann, List.of(host), "test");
            hosts.assign(ann, List.of(host), "test");
            RehomeException taken = assertThrows(RehomeException.class, () -> hosts.assign(bob, List.of(host), "test"));
            RehomeException strange =
                    assertThrows(RehomeException.class, () -> hosts.release(bob, List.of(host), "test"));

            assertEquals(ErrorKind.USER, taken.kind());
            assertEquals(ErrorKind.USER, strange.kind());
            assertThrows(
                    UnknownTenantException.class,
                    () -> hosts.assign(TenantId.of(UUID.randomUUID()), List.of(host), "test"));
            assertEquals(Optional.of(ann), hosts.find("WWW.ann.example."));
            assertEquals(Optional.empty(), hosts.find("ann.example"));
            hosts.release(ann, List.of(host), "test");
            assertEquals(Optional.empty(), hosts.find("www.ann.example"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTenantMayBeNamedByItsUuidIfItIsKnown(Product product) throws SQLException {
        try (TestFleet fleet = TestFleet.on(product)) {
            TenantId ann = fleet.createTenant(Tier.SHARED);
            DirectoryIds ids = new DirectoryIds(fleet.directory());

            assertEquals(Optional.of(ann), ids.find(ann.toString()));
            assertEquals(Optional.empty(), ids.find(UUID.randomUUID().toString()));
            assertEquals(Optional.empty(), ids.find("1-1-1-1-1"));
            assertEquals(Optional.empty(), ids.find("x".repeat(36)));
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
