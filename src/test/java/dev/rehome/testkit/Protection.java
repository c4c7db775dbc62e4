package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import org.jspecify.annotations.Nullable;

/** What keeps tenants apart, piece by piece, in words that the page about isolation uses too. */
enum Protection {
    ROW_SECURITY("row-level security, switched on"),
    ROW_SECURITY_FORCED("row-level security, forced on the owner"),
    POLICY("a policy"),
    POLICY_CONDITION("a policy whose condition names the tenant"),
    POLICY_CHECK("a policy that looks at what is written too"),
    NOT_OWNER("a run-time role that owns no table"),
    NOT_SUPERUSER("a run-time role that is no superuser"),
    NO_BYPASS("a run-time role without BYPASSRLS"),
    TENANT_FILTER("Hibernate's filter by @TenantId", Tier.SHARED),
    COMPOSITE_PRIMARY_KEYS("primary keys that begin with the tenant"),
    COMPOSITE_FOREIGN_KEYS("foreign keys that contain the tenant"),
    COMPOSITE_UNIQUE_KEYS("unique constraints that begin with the tenant"),
    TENANT_SETTING("enter says who the tenant is"),
    RESIDENCY_CHECK("enter asks whether the tenant lives here"),
    ROLE_SWITCH("enter becomes the tenant's role", Tier.SCHEMA),
    SCHEMA_RIGHTS("a tenant's role has rights on its own schema only", Tier.SCHEMA),
    NO_TEMPORARY_TABLES("no right to make temporary tables"),
    CONTROL_TABLES("no rights on Rehome's own tables"),
    NO_CACHE("no second-level cache and no query cache"),
    CACHE_KEYS("cache keys that contain the tenant"),
    SESSION_VALIDATION("a current session is checked against the current tenant"),
    NO_DEFAULT_TENANT("no tenant by default");

    private final String words;
    /** Null for all. */
    private final @Nullable Tier only;

    Protection(String words) {
        this.words = words;
        this.only = null;
    }

    Protection(String words, Tier only) {
        this.words = words;
        this.only = only;
    }

    /** Whether there is such a thing in this tier. */
    boolean isIn(Tier tier) {
        return only == null || only == tier;
    }

    @Override
    public String toString() {
        return words;
    }
}
