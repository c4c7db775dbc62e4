package dev.rehome.web;

import dev.rehome.placement.TenantNames;
import dev.rehome.web.Resolution.Ambiguous;
import dev.rehome.web.Resolution.Silent;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * By a header. Anybody can send one, so it counts only if it comes from a sender that the operator trusts to set it, and to
 * take away what its own clients have sent; from others it is as if it were not there.
 */
public final class HeaderResolver implements RequestResolver {
    private final String header;
    private final Predicate<WebRequest> trusted;
    private final TenantNames names;

    /** @param trusted whether the request comes from somebody who may say whose it is */
    public HeaderResolver(String header, Predicate<WebRequest> trusted, TenantNames names) {
        this.header = header;
        this.trusted = trusted;
        this.names = names;
    }

    /** Connections from these addresses, as the server spells them. */
    public static Predicate<WebRequest> from(String... addresses) {
        Set<String> senders = Set.of(addresses);
        return request -> request.remoteAddress().filter(senders::contains).isPresent();
    }

    /** Everybody: only where nobody but the operator's own services can connect. */
    public static Predicate<WebRequest> fromEverybody() {
        return request -> true;
    }

    @Override
    public Resolution resolve(WebRequest request) {
        if (!trusted.test(request)) {
            return new Silent();
        }
        List<String> values =
                request.header(header).stream().map(String::strip).distinct().toList();
        return switch (values.size()) {
            case 0 -> new Silent();
            case 1 ->
                values.get(0).indexOf(',') < 0
                        ? RequestResolver.named(values.get(0), names)
                        : new Ambiguous(); // two lines of it, joined on the way
            default -> new Ambiguous();
        };
    }
}
