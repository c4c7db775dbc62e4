package dev.rehome.dashboard;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The page and its parts: those and no others, whatever a path looks like. They are read once. Thread-safe. */
final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String INDEX = "index.html";
    private static final List<String> NAMES = List.of(
            INDEX,
            "style.css",
            "icon.svg",
            "app.js",
            "api.js",
            "dom.js",
            "charts.js",
            "text.js",
            "live.js",
            "parts.js",
            "views/fleet.js",
            "views/tenants.js",
            "views/tenant.js",
            "views/relocate.js",
            "views/moves.js",
            "views/move.js",
            "views/plan.js",
            "views/automation.js",
            "views/schema.js",
            "views/isolation.js",
            "views/servers.js",
            "views/alerts.js",
            "views/audit.js",
            "views/signin.js");

    private static final class Part {
        private final String type;
        private final byte[] bytes;

        Part(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }
    }

    private final transient Map<String, Part> parts = new LinkedHashMap<>();

    PageServlet() {
        for (String name : NAMES) {
            parts.put("/" + name, new Part(type(name), read(name)));
        }
        parts.put("/", Objects.requireNonNull(parts.get("/" + INDEX)));
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html";
            case "css" -> "text/css";
            case "js" -> "text/javascript";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] read(String name) {
        try (InputStream in = PageServlet.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Part part = parts.get(request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), ""));
        if (part == null) {
            Failures.answer(Refusal.notFound("such page"), request, response);
            return;
        }
        response.setContentType(part.type + ";charset=utf-8");
        response.setContentLength(part.bytes.length);
        response.getOutputStream().write(part.bytes);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Failures.answer(Refusal.method("GET"), request, response);
    }
}
