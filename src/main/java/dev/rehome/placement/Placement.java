package dev.rehome.placement;

import dev.rehome.tenant.TenantId;

/** The fact that a tenant lives in a home, at an epoch. Immutable. */
public record Placement(TenantId tenant, Home home, Epoch epoch) {

    /** The placement that follows this one when the tenant's home becomes the given one. */
    public Placement movedTo(Home target) {
        return new Placement(tenant, target, epoch.next());
    }
}
