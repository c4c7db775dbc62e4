package dev.rehome.web;

import dev.rehome.error.RehomeException;
import dev.rehome.tenant.CapturedContext;
import dev.rehome.tenant.NoTenantException;
import dev.rehome.tenant.TenantId;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Jakarta REST filter for servers without servlets: resolves the tenant of a request, after authentication, or answers
 * it as {@link TenantFilter} would. In a servlet container that one is all it takes.
 *
 * <p>It binds nothing to the thread, since Jakarta REST runs nothing around a resource method: a filter of the response is
 * not run for every failure, nor, for an asynchronous resource, on the thread that has to be restored. The resource says
 * what is to be done for the tenant, which restores the thread whatever happens:
 *
 * <pre>{@code
 * @GET
 * public Order order(@Context ContainerRequestContext request) throws Exception {
 *     return TenantRequestFilter.contextOf(request).call(() -> orders.get(id));
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
@Priority(Priorities.AUTHENTICATION + 500)
public final class TenantRequestFilter implements ContainerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(TenantRequestFilter.class);

    private final RequestResolver resolver;

    public TenantRequestFilter(RequestResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * The context of the request's tenant, for any thread that works for it.
     *
     * @throws NoTenantException if the request has not come through this filter, nor through a {@link TenantFilter}
     */
    public static CapturedContext contextOf(ContainerRequestContext request) {
        if (request.getProperty(TenantFilter.TENANT) instanceof TenantId tenant) {
            return CapturedContext.of(tenant);
        }
        throw new NoTenantException();
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Resolution resolution;
        try {
            resolution = resolver.resolve(new RestWebRequest(request));
        } catch (RehomeException e) {
            LOG.warn("lookup=failed error=\"{}\"", e.getMessage());
            request.abortWith(answer(Refusal.ofLookUp(e).orElseThrow(() -> e)));
            return;
        }
        if (resolution instanceof Resolution.Found found) {
            request.setProperty(TenantFilter.TENANT, found.tenant());
        } else {
            request.abortWith(answer(Refusal.of(resolution).orElseThrow()));
        }
    }

    static Response answer(Refusal refusal) {
        ResponseBuilder answer = Response.status(refusal.status())
                .type(MediaType.TEXT_PLAIN_TYPE)
                .entity("") // without one, Jersey has the servlet container write a page
                .header(HttpHeaders.CACHE_CONTROL, Refusal.CACHE_CONTROL);
        if (refusal == Refusal.BUSY) {
            answer.header(HttpHeaders.RETRY_AFTER, Refusal.RETRY_AFTER_SECONDS);
        }
        return answer.build();
    }
}
