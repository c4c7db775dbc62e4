package dev.rehome.web;

import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a resolver may look at of a request. Everything but attributes and the principal is what the client has sent. */
public interface WebRequest {

    /** Of the request line or the header {@code Host}, without the port; empty text if there is none. */
    String host();

    /** The values of a header, in the order of its lines. */
    List<String> header(String name);

    /** Below the application's own path, undecoded, with the slash it begins with. */
    String path();

    /** Whoever the connection comes from, a proxy perhaps; empty if the server does not say. */
    Optional<String> remoteAddress();

    /** What a filter before has left on the request; null if there is nothing. */
    @Nullable
    Object attribute(String name);

    /** Whoever has been authenticated. */
    Optional<Principal> principal();
}
