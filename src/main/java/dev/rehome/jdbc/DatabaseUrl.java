package dev.rehome.jdbc;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and, if the text says so, who logs in. Reads libpq's form ({@code postgresql://user:pass@host/db}),
 * JDBC's ({@code jdbc:postgresql://host/db?user=...}) and H2 in memory ({@code jdbc:h2:mem:db}). Immutable;
 * {@link #toString} never shows the password.
 *
 * @param product which kind of server
 * @param authority {@code host:port}, or several separated by commas; empty for H2
 * @param database the database's name; empty if the text has none
 * @param parameters the driver's further parameters, as written behind the {@code ?} (PostgreSQL) or {@code ;} (H2), without credentials
 */
public record DatabaseUrl(
        Product product,
        String authority,
        String database,
        String parameters,
        @Nullable String user,
        @Nullable String password) {

    /** The database products that homes can be on. */
    public enum Product {
        POSTGRESQL,
        H2
    }

    private static final String H2_PREFIX = "jdbc:h2:mem:";

    /** @throws IllegalArgumentException saying what is wrong with the text, which it never repeats as it may hold a password */
    public static DatabaseUrl parse(String text) {
        if (text.startsWith(H2_PREFIX)) {
            String rest = text.substring(H2_PREFIX.length());
            int semicolon = rest.indexOf(';');
            return new DatabaseUrl(
                    Product.H2,
                    "",
                    semicolon < 0 ? rest : rest.substring(0, semicolon),
                    semicolon < 0 ? "" : rest.substring(semicolon + 1),
                    null,
                    null);
        }
        String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
        if (!plain.startsWith("postgresql://") && !plain.startsWith("postgres://")) {
            throw new IllegalArgumentException(
                    "a database URL starts with postgresql://, jdbc:postgresql:// or jdbc:h2:mem:");
        }
        URI uri = uri(plain);
        String authority = uri.getRawAuthority();
        if (authority == null || authority.isEmpty() || authority.endsWith("@")) {
            throw new IllegalArgumentException("the database URL names no host");
        }
        String user = null;
        String password = null;
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            String credentials = authority.substring(0, at);
            authority = authority.substring(at + 1);
            int colon = credentials.indexOf(':');
            user = decode(colon < 0 ? credentials : credentials.substring(0, colon));
            password = colon < 0 ? null : decode(credentials.substring(colon + 1));
        }
        StringBuilder parameters = new StringBuilder();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("user=")) {
                user = decode(parameter.substring("user=".length()));
            } else if (parameter.startsWith("password=")) {
                password = decode(parameter.substring("password=".length()));
            } else if (!parameter.isEmpty()) {
                parameters.append(parameters.isEmpty() ? "" : "&").append(parameter);
            }
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return new DatabaseUrl(
                Product.POSTGRESQL,
                authority,
                decode(path.startsWith("/") ? path.substring(1) : path),
                parameters.toString(),
                user,
                password);
    }

    public DatabaseUrl withDatabase(String name) {
        return new DatabaseUrl(product, authority, name, parameters, user, password);
    }

    /** The URL for {@link java.sql.DriverManager}, without credentials. */
    public String jdbc() {
        return switch (product) {
            case POSTGRESQL ->
                "jdbc:postgresql://" + authority + "/" + encode(database)
                        + (parameters.isEmpty() ? "" : "?" + parameters);
            case H2 -> H2_PREFIX + database + (parameters.isEmpty() ? "" : ";" + parameters);
        };
    }

    @Override
    public String toString() {
        return product == Product.H2 ? jdbc() : "postgresql://" + authority + "/" + database;
    }

    private static URI uri(String text) {
        // Braces are legal in a pattern's placeholder, and not in a URI.
        String escaped = text.replace("{", "%7B").replace("}", "%7D");
        try {
            return new URI(escaped);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the database URL cannot be read: " + Objects.requireNonNullElse(e.getReason(), "syntax"));
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
