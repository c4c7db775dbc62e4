package dev.rehome.web;

import dev.rehome.placement.TenantNames;
import dev.rehome.web.Resolution.Silent;
import java.util.Optional;
import java.util.function.Function;

/**
 * By a claim about the user, as whatever has authenticated them keeps it: on the principal or as an attribute. Rehome
 * verifies no tokens; a claim that nobody has verified is worth no more than a header that everybody can send.
 */
public final class ClaimResolver implements RequestResolver {
    private final Function<WebRequest, Optional<String>> claim;
    private final TenantNames names;

    /** @param claim takes the verified claim from the request; empty if it has none */
    public ClaimResolver(Function<WebRequest, Optional<String>> claim, TenantNames names) {
        this.claim = claim;
        this.names = names;
    }

    @Override
    public Resolution resolve(WebRequest request) {
        return claim.apply(request)
                .map(name -> RequestResolver.named(name, names))
                .orElseGet(Silent::new);
    }
}
