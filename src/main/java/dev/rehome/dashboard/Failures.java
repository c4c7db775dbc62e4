package dev.rehome.dashboard;

import dev.rehome.error.RehomeException;
import dev.rehome.tenant.UnknownTenantException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers with what went wrong: a kind, for programs, and a sentence that says what to do. Never with a stack trace. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static void answer(RuntimeException failure, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            LOG.warn("path={} failed after its answer had begun", request.getRequestURI(), failure);
            return;
        }
        response.resetBuffer();
        if (failure instanceof Refusal refusal) {
            Duration wait = refusal.retryAfter();
            if (wait != null) {
                response.setHeader("Retry-After", String.valueOf(wait.toSeconds() + 1));
                response.setHeader("Connection", "close"); // so that those who wait keep nothing of ours
            }
            send(response, refusal.status(), refusal.code(), refusal.text());
        } else if (failure instanceof RehomeException known) {
            if (status(known) >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
                LOG.warn("path={} failed: {}", request.getRequestURI(), known.getMessage(), known);
            }
            send(response, status(known), known.kind().name(), known.getMessage());
        } else {
            LOG.error("path={} failed", request.getRequestURI(), failure);
            send(
                    response,
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    "INVARIANT",
                    "An error of Rehome itself. The log of its process says more; keep it.");
        }
    }

    private static int status(RehomeException failure) {
        if (failure instanceof UnknownTenantException) {
            return HttpServletResponse.SC_NOT_FOUND;
        }
        return switch (failure.kind()) {
            case USER -> HttpServletResponse.SC_BAD_REQUEST;
            case BUSY, STALE -> HttpServletResponse.SC_CONFLICT;
            case EXTERNAL -> HttpServletResponse.SC_SERVICE_UNAVAILABLE;
            case CONFIGURATION, INVARIANT -> HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        };
    }

    private static void send(HttpServletResponse response, int status, String kind, String message) throws IOException {
        Answers.json(response, status, Map.of("error", Map.of("kind", kind, "message", message)));
    }
}
