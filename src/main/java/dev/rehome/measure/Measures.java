package dev.rehome.measure;

import dev.rehome.tenant.TenantId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What this process sees its tenants do. A tenant is known while it does something; one that has done nothing for an hour is forgotten.
 * Thread-safe.
 */
public final class Measures {
    /** At 1 KB each, and as much again for what was pushed of it. */
    public static final int MAXIMUM_TENANTS = 20_000;

    private final int limit;
    private final ConcurrentMap<TenantId, TenantMeter> meters = new ConcurrentHashMap<>();
    /** Of those who came when the limit was reached: together, and pushed for nobody. */
    private final TenantMeter beyondLimit = new TenantMeter();

    public Measures() {
        this(MAXIMUM_TENANTS);
    }

    Measures(int limit) {
        this.limit = limit;
    }

    /** To be asked for whenever something is counted, and not kept: a tenant that is forgotten gets a new one. */
    public TenantMeter of(TenantId tenant) {
        TenantMeter meter = meters.get(tenant);
        if (meter != null) {
            return meter;
        }
        return meters.size() >= limit ? beyondLimit : meters.computeIfAbsent(tenant, unknown -> new TenantMeter());
    }

    /** Tenants that have done something within the hour. */
    public int tenants() {
        return meters.size();
    }

    /** Transactions of tenants that there was no room for. */
    public long unmeasuredTransactions() {
        return beyondLimit.read().transactions();
    }

    Map<TenantId, TenantMeter> meters() {
        return meters;
    }

    /** Whoever has just been given the meter may still count into it: that is lost, once an hour at most. */
    void forget(TenantId tenant) {
        meters.remove(tenant);
    }
}
