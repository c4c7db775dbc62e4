package dev.rehome.dashboard;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes whole answers. */
final class Answers {
    private Answers() {}

    static void json(HttpServletResponse response, int status, Object value) throws IOException {
        send(response, status, "application/json", DashboardJson.write(value));
    }

    static void text(HttpServletResponse response, int status, String text) throws IOException {
        send(response, status, "text/plain", text);
    }

    static void send(HttpServletResponse response, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type + ";charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
