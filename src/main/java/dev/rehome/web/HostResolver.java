package dev.rehome.web;

import dev.rehome.placement.HostName;
import dev.rehome.placement.TenantNames;
import dev.rehome.web.Resolution.Silent;
import dev.rehome.web.Resolution.Unknown;
import java.util.Optional;

/**
 * By host name. A server behind a proxy sees the proxy's name unless its own means for that are on (Tomcat's
 * {@code RemoteIpValve}, Jetty's {@code ForwardedRequestCustomizer}), which trust the proxy's headers and nobody else's.
 */
public final class HostResolver implements RequestResolver {
    private final RequestResolver resolver;

    private HostResolver(RequestResolver resolver) {
        this.resolver = resolver;
    }

    /** The tenants' own domains: the whole host name is looked up. Never silent, so the last of an order. */
    public static HostResolver customDomains(TenantNames names) {
        return new HostResolver(request -> HostName.parse(request.host())
                .map(host -> RequestResolver.named(host.value(), names))
                .orElseGet(Unknown::new));
    }

    /**
     * One label before a domain of the operator's: of {@code acme.shop.example} below {@code shop.example}, {@code acme} is
     * looked up. Silent for hosts that are not below the domain and for the domain itself; a deeper name is unknown.
     */
    public static HostResolver below(String domain, TenantNames names) {
        HostName parent = HostName.parse(domain)
                .orElseThrow(() -> new IllegalArgumentException("'" + domain + "' is no domain."));
        return new HostResolver(request -> {
            Optional<HostName> host = HostName.parse(request.host());
            if (host.isEmpty() || host.get().equals(parent) || !host.get().isIn(parent)) {
                return new Silent();
            }
            return host.get()
                    .labelIn(parent)
                    .map(label -> RequestResolver.named(label.value(), names))
                    .orElseGet(Unknown::new);
        });
    }

    @Override
    public Resolution resolve(WebRequest request) {
        return resolver.resolve(request);
    }
}
