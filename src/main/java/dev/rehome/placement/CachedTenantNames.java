package dev.rehome.placement;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantId;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whose a name is, and which names are nobody's: within its limits a name is looked up once, by one thread,
 * whatever the answer. Names are kept in two memories, so that a flood of invented ones does not push known ones out, and
 * only so many look-ups are under way at a time, whatever comes. Upper and lower case are one. Thread-safe.
 */
public final class CachedTenantNames implements TenantNames {
    /** No name is longer; a longer one is nobody's without any look-up. */
    private static final int MAXIMUM_LENGTH = 254;

    private final TenantNames names;
    private final NameLimits limits;
    private final Semaphore lookups;
    private final Cache<String, TenantId> known;
    private final Cache<String, Boolean> unknown;

    public CachedTenantNames(TenantNames names, NameLimits limits) {
        this(names, limits, System::nanoTime);
    }

    CachedTenantNames(TenantNames names, NameLimits limits, LongSupplier nanos) {
        this.names = names;
        this.limits = limits;
        this.lookups = new Semaphore(limits.lookups(), true);
        this.known = Caffeine.newBuilder()
                .maximumSize(limits.known())
                .expireAfterWrite(limits.knownFor())
                .ticker(nanos::getAsLong)
                .build();
        this.unknown = Caffeine.newBuilder()
                .maximumSize(limits.unknown())
                .expireAfterWrite(limits.unknownFor())
                .ticker(nanos::getAsLong)
                .build();
    }

    /** @throws RehomeException (BUSY) if the directory is being asked for too many other names */
    @Override
    public Optional<TenantId> find(String name) {
        if (name.isEmpty() || name.length() > MAXIMUM_LENGTH) {
            return Optional.empty();
        }
        String key = name.toLowerCase(Locale.ROOT);
        TenantId tenant = known.getIfPresent(key);
        if (tenant != null) {
            return Optional.of(tenant);
        }
        return unknown.getIfPresent(key) != null ? Optional.empty() : Optional.ofNullable(known.get(key, this::lookUp));
    }

    /** Forgets the name at once, in this process: for whoever has just given it to somebody. */
    public void forget(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        known.invalidate(key);
        unknown.invalidate(key);
    }

    /** How many names are remembered at this moment, known and unknown ones. */
    long size() {
        known.cleanUp();
        unknown.cleanUp();
        return known.estimatedSize() + unknown.estimatedSize();
    }

    private @Nullable TenantId lookUp(String key) {
        if (unknown.getIfPresent(key) != null) { // by a thread that this one has waited for
            return null;
        }
        awaitTurn();
        try {
            TenantId found = names.find(key).orElse(null);
            if (found == null) {
                unknown.put(key, Boolean.TRUE);
            }
            return found;
        } finally {
            lookups.release();
        }
    }

    private void awaitTurn() {
        boolean mine = false;
        try {
            mine = lookups.tryAcquire(limits.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!mine) {
            throw new RehomeException(
                    ErrorKind.BUSY,
                    "The directory is being asked for " + limits.lookups()
                            + " other names of tenants, and there was no turn for this one. Try again.");
        }
    }
}
