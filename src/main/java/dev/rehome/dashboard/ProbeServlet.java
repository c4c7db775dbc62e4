package dev.rehome.dashboard;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Statement;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other programs ask a process now and then: whether it lives, whether it can work, and its metrics. The first two are for
 * anybody and say no more than that. Thread-safe.
 */
final class ProbeServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ProbeServlet.class);
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4";

    private final transient ConnectionSource directory;
    private final transient Supplier<String> metrics;

    ProbeServlet(ConnectionSource directory, Supplier<String> metrics) {
        this.directory = directory;
        this.metrics = metrics;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getServletPath()) {
            case "/healthz" -> Answers.text(response, HttpServletResponse.SC_OK, "ok\n");
            case "/readyz" -> ready(response);
            default -> metrics(request, response);
        }
    }

    private void ready(HttpServletResponse response) throws IOException {
        try {
            directory.transact(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute("select 1");
                }
            });
            Answers.text(response, HttpServletResponse.SC_OK, "ready\n");
        } catch (RehomeException e) {
            LOG.warn("not ready: {}", e.getMessage());
            Answers.text(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "the directory cannot be used\n");
        }
    }

    private void metrics(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(AccessFilter.VISITOR) == null) {
            Failures.answer(Refusal.notSignedIn(), request, response);
            return;
        }
        try {
            Answers.send(response, HttpServletResponse.SC_OK, PROMETHEUS_TEXT, metrics.get());
        } catch (RuntimeException e) {
            Failures.answer(e, request, response);
        }
    }
}
