package dev.rehome.web;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request as Jakarta REST shows it. */
record RestWebRequest(ContainerRequestContext request) implements WebRequest {

    @Override
    public String host() {
        return Objects.requireNonNullElse(request.getUriInfo().getRequestUri().getHost(), "");
    }

    @Override
    public List<String> header(String name) {
        return Objects.requireNonNullElse(request.getHeaders().get(name), List.of());
    }

    @Override
    public String path() {
        String path = request.getUriInfo().getPath(false);
        return path.startsWith("/") ? path : "/" + path;
    }

    /** Jakarta REST does not say. */
    @Override
    public Optional<String> remoteAddress() {
        return Optional.empty();
    }

    @Override
    public @Nullable Object attribute(String name) {
        return request.getProperty(name);
    }

    @Override
    public Optional<Principal> principal() {
        SecurityContext security = request.getSecurityContext();
        return security == null ? Optional.empty() : Optional.ofNullable(security.getUserPrincipal());
    }
}
