package dev.rehome.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.config.ServeConfig.Role;
import dev.rehome.dashboard.Route.Audience;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
                new Route("GET", "/session", Audience.ANYBODY, call -> Session.of(call.visitorIfAny())));
    }

    /** Name and role are absent if nobody is signed in. */
    record Session(
            boolean signedIn,
            @Nullable String name,
            @Nullable String role) {
        static Session of(Optional<Visitor> visitor) {
            return new Session(
                    visitor.isPresent(),
                    visitor.map(Visitor::name).orElse(null),
                    visitor.map(Visitor::role).map(Role::name).orElse(null));
        }
    }

    private Session signIn(Call call) throws IOException {
        JsonNode token = call.body().get("token");
        if (token == null || !token.isTextual()) {
            throw Refusal.bad("The body has no token. Send {\"token\": \"...\"}.");
        }
        return Session.of(Optional.of(access.signIn(token.asText().strip(), call.request(), call.response())));
    }

    private @Nullable Object signOut(Call call) {
        access.signOut(call.request(), call.response());
        return null;
    }
}
