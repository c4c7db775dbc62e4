package dev.rehome.web;

import dev.rehome.placement.TenantNames;
import dev.rehome.web.Resolution.Ambiguous;
import dev.rehome.web.Resolution.Found;
import dev.rehome.web.Resolution.Silent;
import dev.rehome.web.Resolution.Unknown;
import java.util.List;

/**
 * Says whose a request is: {@link HostResolver} by its host name, {@link HeaderResolver} by a header, {@link PathResolver}
 * by a segment of its path, {@link ClaimResolver} by what its user was authenticated with. Thread-safe.
 */
@FunctionalInterface
public interface RequestResolver {

    Resolution resolve(WebRequest request);

    /** The first that is not silent decides, an unknown name included: what follows it is not asked. */
    static RequestResolver inOrder(RequestResolver... resolvers) {
        List<RequestResolver> all = List.of(resolvers);
        return request -> {
            for (RequestResolver resolver : all) {
                Resolution resolution = resolver.resolve(request);
                if (!(resolution instanceof Silent)) {
                    return resolution;
                }
            }
            return new Silent();
        };
    }

    /**
     * All that are not silent have to name the same tenant: a host name and the claim of a token, say, so that a token of one
     * tenant is worth nothing at another's host. Otherwise the request is ambiguous.
     */
    static RequestResolver agreeing(RequestResolver... resolvers) {
        List<RequestResolver> all = List.of(resolvers);
        return request -> {
            Resolution agreed = new Silent();
            for (RequestResolver resolver : all) {
                Resolution next = resolver.resolve(request);
                if (next instanceof Unknown || next instanceof Ambiguous) {
                    return next;
                }
                if (agreed instanceof Found && next instanceof Found && !agreed.equals(next)) {
                    return new Ambiguous();
                }
                agreed = next instanceof Silent ? agreed : next;
            }
            return agreed;
        };
    }

    /** Found if the name is somebody's, else unknown. */
    static Resolution named(String name, TenantNames names) {
        return names.find(name).<Resolution>map(Found::new).orElseGet(Unknown::new);
    }
}
