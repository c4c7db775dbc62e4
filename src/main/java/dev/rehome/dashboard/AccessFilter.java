package dev.rehome.dashboard;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Finds out who asks. What he may do is said by the route. Thread-safe. */
final class AccessFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    static final String VISITOR = "rehome.visitor";

    private final transient Access access;

    AccessFilter(Access access) {
        this.access = access;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            access.visitor(request).ifPresent(visitor -> request.setAttribute(VISITOR, visitor));
        } catch (Refusal refusal) {
            Failures.answer(refusal, request, response);
            return;
        }
        chain.doFilter(request, response);
    }
}
