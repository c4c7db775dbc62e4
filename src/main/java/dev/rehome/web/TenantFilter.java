package dev.rehome.web;

import dev.rehome.error.RehomeException;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A servlet filter that binds the tenant of a request while everything behind it runs, and restores the thread on every way
 * out. To be mapped to REQUEST, ASYNC and ERROR dispatches, with async support, behind whatever authenticates.
 *
 * <p>A request that names no tenant or more than one is answered with 400, one that names an unknown tenant with 404; no
 * application code runs then, nor is any tenant's database asked. Of the exceptions that come out of the application, those
 * that say that the tenant is suspended, unreachable or unknown are answered with 503, 503 (and {@code Retry-After}) and 404,
 * unless the answer has begun. All of these have no body.
 *
 * <p>An async servlet has its tenant on the thread that starts it, and again in what it dispatches. Work that it hands to
 * other threads takes the tenant along with {@link TenantContext#captured()}. Thread-safe.
 */
public final class TenantFilter implements Filter {
    /** The attribute of a request that has its {@link TenantId}, once it is resolved. */
    public static final String TENANT = "dev.rehome.tenant";

    private static final Logger LOG = LoggerFactory.getLogger(TenantFilter.class);

    private final RequestResolver resolver;

    public TenantFilter(RequestResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        if (http.getAttribute(TENANT) instanceof TenantId known) { // another dispatch of the same request
            serve(known, http, answer, chain);
        } else if (http.getDispatcherType() == DispatcherType.REQUEST) {
            admit(http, answer, chain);
        } else {
            chain.doFilter(request, response); // the error page, say, of a request that came past this filter
        }
    }

    private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Resolution resolution;
        try {
            resolution = resolver.resolve(new ServletWebRequest(request));
        } catch (RehomeException e) {
            LOG.warn("lookup=failed error=\"{}\"", e.getMessage());
            refuse(Refusal.ofLookUp(e).orElseThrow(() -> e), response);
            return;
        }
        if (resolution instanceof Resolution.Found found) {
            request.setAttribute(TENANT, found.tenant());
            serve(found.tenant(), request, response, chain);
        } else {
            refuse(Refusal.of(resolution).orElseThrow(), response);
        }
    }

    private static void serve(
            TenantId tenant, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            TenantContext.call(tenant, () -> {
                chain.doFilter(request, response);
                return tenant;
            });
        } catch (IOException | ServletException | RuntimeException e) {
            Optional<Refusal> refusal = Refusal.of(e);
            if (refusal.isEmpty() || response.isCommitted() || request.isAsyncStarted()) {
                throw e;
            }
            LOG.info("tenant={} refusal={}", tenant, refusal.get());
            refuse(refusal.get(), response);
        } catch (Exception e) {
            throw new ServletException(e); // no chain throws it, as none may
        }
    }

    /** No {@code sendError}, which would have the container write a page. */
    private static void refuse(Refusal refusal, HttpServletResponse response) {
        response.reset();
        response.setStatus(refusal.status());
        response.setHeader("Cache-Control", Refusal.CACHE_CONTROL);
        if (refusal == Refusal.BUSY) {
            response.setHeader("Retry-After", Refusal.RETRY_AFTER_SECONDS);
        }
        response.setContentLength(0);
    }
}
