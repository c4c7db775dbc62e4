package dev.rehome.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the dashboard listens, and who may use it. Immutable; {@link #toString} shows no token.
 *
 * @param address a host name or an IP address of this machine
 * @param port 0 for any that is free
 * @param tokens none only where nobody else can connect: the address is a loopback one then
 */
public record ServeConfig(String address, int port, List<Token> tokens) {
    public static final String DEFAULT_ADDRESS = "127.0.0.1";
    public static final int DEFAULT_PORT = 8417;
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1");

    public ServeConfig {
        tokens = List.copyOf(tokens);
    }

    /** What somebody may do. */
    public enum Role {
        /** Look. */
        VIEWER,
        /** Look, and ask moves, plans and checks for something. */
        OPERATOR
    }

    /**
     * Somebody who may come in.
     *
     * @param sha256 of the token, in lower-case hexadecimal digits; the token itself is not kept
     */
    public record Token(String name, Role role, String sha256) {
        @Override
        public String toString() {
            return name + " (" + role + ")";
        }
    }

    /** Whether only processes of this machine can connect. */
    static boolean isLoopback(String address) {
        return LOOPBACK.matcher(address).matches();
    }
}
