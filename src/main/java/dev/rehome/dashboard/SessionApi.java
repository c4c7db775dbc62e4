package dev.rehome.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.dashboard.Route.Audience;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signing in, out, and who one is. Thread-safe. */
final class SessionApi {
    private final Access access;

    SessionApi(Access access) {
        this.access = access;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/sign-in", Audience.ANYBODY, this::signIn),
                new Route("POST", "/sign-out", Audience.ANYBODY, this::signOut),
                Route.get("/session", call -> Session.of(call.visitor())));
    }

    record Session(String name, String role) {
        static Session of(Visitor visitor) {
            return new Session(visitor.name(), visitor.role().name());
        }
    }

    private Session signIn(Call call) throws IOException {
        JsonNode token = call.body().get("token");
        if (token == null || !token.isTextual()) {
            throw Refusal.bad("The body has no token. Send {\"token\": \"...\"}.");
        }
        return Session.of(access.signIn(token.asText().strip(), call.request(), call.response()));
    }

    private @Nullable Object signOut(Call call) {
        access.signOut(call.request(), call.response());
        return null;
    }
}
