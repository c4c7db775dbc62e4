package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Protections that are taken away together.
 *
 * @param remark why nothing, or little, gets across nevertheless; empty if that needs no word
 */
record Removal(Set<Protection> protections, String remark) {

    Removal {
        protections = Collections.unmodifiableSet(EnumSet.copyOf(protections));
    }

    static Removal of(String remark, Protection first, Protection... others) {
        return new Removal(EnumSet.of(first, others), remark);
    }

    /** Each protection alone, then those together of which one still holds when the other is gone. */
    static List<Removal> all() {
        List<Removal> all = new ArrayList<>();
        for (Protection protection : Protection.values()) {
            all.add(of(remark(protection), protection));
        }
        all.add(of("", Protection.ROW_SECURITY, Protection.TENANT_FILTER));
        all.add(of("", Protection.ROW_SECURITY_FORCED, Protection.NOT_OWNER));
        all.add(of("", Protection.ROW_SECURITY, Protection.SCHEMA_RIGHTS));
        all.add(of(
                "The cache answers before row-level security is asked. Where its filter is off, Hibernate does not use the cache.",
                Protection.NO_CACHE,
                Protection.CACHE_KEYS));
        all.add(of("", Protection.ROW_SECURITY, Protection.TENANT_FILTER, Protection.NO_CACHE));
        all.add(of("", Protection.ROW_SECURITY, Protection.COMPOSITE_FOREIGN_KEYS));
        all.add(of("", Protection.ROW_SECURITY, Protection.TENANT_FILTER, Protection.COMPOSITE_FOREIGN_KEYS));
        return List.copyOf(all);
    }

    private static String remark(Protection protection) {
        return switch (protection) {
            case ROW_SECURITY ->
                "In SHARED, Hibernate's filter still stops most of what goes through the mapping. In homes of one"
                        + " tenant nobody else's row is there to be reached, but rows can be marked as another tenant's.";
            case ROW_SECURITY_FORCED -> "The run-time role is not the owner, so it is bound anyway.";
            case POLICY -> "Row-level security without a policy shows nothing to anybody.";
            case POLICY_CONDITION, POLICY_CHECK -> "";
            case NOT_OWNER -> "Forced row-level security binds an owner too, until it switches it off.";
            case NOT_SUPERUSER -> "";
            case NO_BYPASS -> "";
            case TENANT_FILTER -> "Row-level security stops the same, one layer below.";
            case COMPOSITE_PRIMARY_KEYS -> "In homes of one tenant there is nobody whose ids could be taken.";
            case COMPOSITE_FOREIGN_KEYS ->
                "A plain foreign key needs ids that are unique by themselves, which can be probed."
                        + " In homes of one tenant it finds no row to refer to.";
            case COMPOSITE_UNIQUE_KEYS -> "In homes of one tenant there is nobody whose values could be taken.";
            case TENANT_SETTING -> "The policy shows nothing to nobody in particular.";
            case RESIDENCY_CHECK ->
                "In SHARED there is no other home; in SCHEMA the role is the tenant's own wherever the"
                        + " directory leads.";
            case ROLE_SWITCH -> "The login role has no schema of its own and no rights on any.";
            case SCHEMA_RIGHTS -> "Row-level security binds in the other schema too.";
            case NO_TEMPORARY_TABLES -> "";
            case CONTROL_TABLES -> "";
            case NO_CACHE ->
                "Hibernate keeps the tenant in its cache keys, and row-level security lets nothing foreign in.";
            case CACHE_KEYS -> "Without a cache there are no keys.";
            case SESSION_VALIDATION, NO_DEFAULT_TENANT -> "";
        };
    }

    boolean isIn(Tier tier) {
        return protections.stream().allMatch(protection -> protection.isIn(tier));
    }

    /** Where most gets across: in shared tables, unless there is no such protection or no other home to be led to. */
    boolean showsIn(Tier tier) {
        if (protections.contains(Protection.RESIDENCY_CHECK)) {
            return tier == Tier.DATABASE;
        }
        return isIn(tier)
                && Stream.of(Tier.values()).filter(this::isIn).findFirst().equals(Optional.of(tier));
    }

    @Override
    public String toString() {
        return protections.stream().map(Protection::toString).collect(Collectors.joining(" **and** "));
    }
}
