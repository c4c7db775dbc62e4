package dev.rehome.dashboard;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses, before anybody is asked who he is: more requests than one address is given, methods that nobody needs, bodies that are
 * too large, and whatever a page of somebody else's can make a browser send here. Thread-safe.
 */
final class RequestFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
    /** A form, an image or a link cannot send it; another site's script may not. */
    private static final String OWN_HEADER = "X-Rehome";

    private static final Duration LATER = Duration.ofSeconds(1);

    private final transient RequestRate rate;

    RequestFilter(RequestRate rate) {
        this.rate = rate;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            check(request);
        } catch (Refusal refusal) {
            Failures.answer(refusal, request, response);
            return;
        }
        chain.doFilter(request, response);
    }

    private void check(HttpServletRequest request) {
        if (!rate.admits(request.getRemoteAddr())) {
            throw Refusal.tooMany(LATER);
        }
        if (!METHODS.contains(request.getMethod())) {
            throw Refusal.method("GET or POST");
        }
        if (request.getContentLengthLong() > Call.LARGEST_BODY) {
            throw Refusal.tooLarge(Call.LARGEST_BODY);
        }
        if (request.getMethod().equals("POST")) {
            requireOwnPage(request);
        }
    }

    private static void requireOwnPage(HttpServletRequest request) {
        String type = Optional.ofNullable(request.getContentType()).orElse("");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw Refusal.notJson();
        }
        if (request.getHeader(OWN_HEADER) == null) {
            throw Refusal.forbidden("The header " + OWN_HEADER + " is missing. Send it: '" + OWN_HEADER + ": 1'.");
        }
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        if ((origin != null && !isOwn(origin, request)) || (site != null && !site.equals("same-origin"))) {
            throw Refusal.forbidden("The request comes from another site's page. Use the dashboard's own.");
        }
    }

    /** Whether it is TLS or not is the proxy's affair. */
    private static boolean isOwn(String origin, HttpServletRequest request) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(request.getHeader("Host"));
        } catch (IllegalArgumentException notAnOrigin) {
            return false;
        }
    }
}
