package dev.rehome.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** One request to the API, with what its address says. Used by one thread. */
final class Call {
    static final int LARGEST_BODY = 16 * 1024;
    private static final int PART = 4 * 1024;
    /** Whoever sends a letter now and then keeps a thread. */
    private static final Duration LONGEST_SENDING = Duration.ofSeconds(5);

    private static final int LONGEST_PARAMETER = 200;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Map<String, String> path;

    Call(HttpServletRequest request, HttpServletResponse response, Map<String, String> path) {
        this.request = request;
        this.response = response;
        this.path = path;
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    Optional<Visitor> visitorIfAny() {
        return request.getAttribute(AccessFilter.VISITOR) instanceof Visitor visitor
                ? Optional.of(visitor)
                : Optional.empty();
    }

    /** @throws Refusal if nobody is signed in */
    Visitor visitor() {
        return visitorIfAny().orElseThrow(Refusal::notSignedIn);
    }

    /** @throws Refusal if that part of the address is no UUID */
    UUID id(String name) {
        String text = path.getOrDefault(name, "");
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException notAnId) {
            throw Refusal.notFound(name + " of that id");
        }
        throw Refusal.notFound(name + " of that id");
    }

    TenantId tenant() {
        return TenantId.of(id("tenant"));
    }

    String word(String name) {
        return path.getOrDefault(name, "");
    }

    /** What is asked for behind the question mark; empty if nothing is. */
    Optional<String> parameter(String name) {
        String text = request.getParameter(name);
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        if (text.length() > LONGEST_PARAMETER) {
            throw Refusal.bad("'" + name + "' is longer than " + LONGEST_PARAMETER + " characters. Shorten it.");
        }
        return Optional.of(text.strip());
    }

    <E extends Enum<E>> Optional<E> parameter(String name, Class<E> kind) {
        return parameter(name)
                .map(text -> Arrays.stream(kind.getEnumConstants())
                        .filter(each -> each.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> Refusal.bad("'" + name + "' is one of "
                                + Arrays.stream(kind.getEnumConstants())
                                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))
                                + ". Correct it.")));
    }

    int number(String name, int usual, int least, int most) {
        return parameter(name)
                .map(text -> {
                    try {
                        int number = Integer.parseInt(text);
                        if (number >= least && number <= most) {
                            return number;
                        }
                    } catch (NumberFormatException notANumber) {
                        throw Refusal.bad("'" + name + "' is a number from " + least + " to " + most + ". Correct it.");
                    }
                    throw Refusal.bad("'" + name + "' is from " + least + " to " + most + ". Correct it.");
                })
                .orElse(usual);
    }

    /** @throws Refusal if it is too large, or not a JSON object */
    JsonNode body() throws IOException {
        Deadline deadline = Deadline.in(LONGEST_SENDING);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[PART];
        for (int read = 0; read >= 0; read = request.getInputStream().read(part)) {
            body.write(part, 0, read);
            if (body.size() > LARGEST_BODY) {
                throw Refusal.tooLarge(LARGEST_BODY);
            }
            if (deadline.passed()) {
                throw Refusal.bad("The body took longer than " + LONGEST_SENDING.toSeconds() + " s. Send it at once.");
            }
        }
        return DashboardJson.read(body.toByteArray());
    }
}
