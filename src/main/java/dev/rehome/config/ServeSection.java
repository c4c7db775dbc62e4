package dev.rehome.config;

import dev.rehome.config.ServeConfig.Role;
import dev.rehome.config.ServeConfig.Token;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code serve}. */
final class ServeSection {
    private static final String SHA256 = "sha256";
    private static final String TOKEN = "token";
    private static final int HIGHEST_PORT = 65_535;
    /** Shorter ones can be guessed. */
    private static final int SHORTEST_TOKEN = 20;

    private static final int LONGEST_TOKEN = 500;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,60}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private ServeSection() {}

    static ServeConfig read(YamlMap map) {
        String address = map.find("address", Values::word).orElse(ServeConfig.DEFAULT_ADDRESS);
        int port = map.find("port", Values.intAtLeast(0)).orElse(ServeConfig.DEFAULT_PORT);
        if (port > HIGHEST_PORT) {
            map.problem("port", "must be at most " + HIGHEST_PORT);
        }
        boolean given = map.has("tokens");
        List<Token> tokens = new ArrayList<>();
        for (YamlMap each : map.maps("tokens")) {
            token(each).ifPresent(token -> {
                if (tokens.stream().anyMatch(other -> other.name().equals(token.name()))) {
                    each.problem("name", "is the name of another token already; choose another");
                }
                if (tokens.stream().anyMatch(other -> other.sha256().equals(token.sha256()))) {
                    each.problem("name", "has the same token as another one; give each its own");
                }
                tokens.add(token);
            });
        }
        if (!given && !ServeConfig.isLoopback(address)) {
            map.problem(
                    "address",
                    "can be reached from other machines, so it needs tokens; give some, or leave it at "
                            + ServeConfig.DEFAULT_ADDRESS);
        }
        return new ServeConfig(address, port, tokens);
    }

    /** Empty only after a problem. */
    private static Optional<Token> token(YamlMap map) {
        Optional<String> name = map.require("name", ServeSection::name);
        Optional<Role> role = map.require("role", ServeSection::role);
        Optional<String> digest = map.findSecret(SHA256, ServeSection::digest);
        Optional<String> hashed = map.findSecret(TOKEN, ServeSection::hash);
        if (map.has(SHA256) == map.has(TOKEN)) {
            map.problem("name", "needs either token or sha256, the SHA-256 of a token");
            return Optional.empty();
        }
        Optional<String> sha256 = digest.or(() -> hashed);
        return name.isEmpty() || role.isEmpty() || sha256.isEmpty()
                ? Optional.empty()
                : Optional.of(new Token(name.get(), role.get(), sha256.get()));
    }

    private static String name(Scalar scalar) {
        if (!NAME.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException("must be 1 to 60 letters, digits or any of . _ @ -");
        }
        return scalar.text();
    }

    private static Role role(Scalar scalar) {
        return switch (scalar.text()) {
            case "viewer" -> Role.VIEWER;
            case "operator" -> Role.OPERATOR;
            default -> throw new IllegalArgumentException("must be viewer or operator");
        };
    }

    private static String digest(Scalar scalar) {
        if (!DIGEST.matcher(scalar.text()).matches()) {
            throw new IllegalArgumentException(
                    "must be a SHA-256 in 64 lower-case hexadecimal digits, as of: echo -n TOKEN | sha256sum");
        }
        return scalar.text();
    }

    private static String hash(Scalar scalar) {
        int length = scalar.text().length();
        if (length < SHORTEST_TOKEN || length > LONGEST_TOKEN) {
            throw new IllegalArgumentException("must have " + SHORTEST_TOKEN + " to " + LONGEST_TOKEN
                    + " characters, such as those of: openssl rand -hex 32");
        }
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(scalar.text().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
