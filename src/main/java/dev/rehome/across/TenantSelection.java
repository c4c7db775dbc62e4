package dev.rehome.across;

import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which tenants. Immutable. */
public final class TenantSelection {
    private static final int NAMED = 20;

    private final String description;
    private final Predicate<Placement> chosen;

    private TenantSelection(String description, Predicate<Placement> chosen) {
        this.description = description;
        this.chosen = chosen;
    }

    public static TenantSelection all() {
        return new TenantSelection("all tenants", placement -> true);
    }

    /** Those that the directory has in the tier when it is read. */
    public static TenantSelection in(Tier tier) {
        return new TenantSelection(
                "tenants in tier " + tier, placement -> placement.home().tier() == tier);
    }

    /** Of these, those that the directory has. */
    public static TenantSelection of(Collection<TenantId> tenants) {
        Set<TenantId> named = Set.copyOf(tenants);
        String description = named.size() > NAMED
                ? named.size() + " named tenants"
                : new TreeSet<>(named)
                        .stream().map(TenantId::toString).collect(Collectors.joining(", ", "tenants ", ""));
        return new TenantSelection(description, placement -> named.contains(placement.tenant()));
    }

    boolean contains(Placement placement) {
        return chosen.test(placement);
    }

    /** For the audit. */
    @Override
    public String toString() {
        return description;
    }
}
