package dev.rehome.demo.data;

import dev.rehome.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * A storefront as it describes itself.
 *
 * @param externalId its id in the system it came from
 * @param country ISO code, where it is known
 * @param currency ISO code
 */
public record Storefront(
        TenantId tenant,
        String externalId,
        String name,
        @Nullable String country,
        String currency) {}
