package dev.rehome.jdbc;

import org.jspecify.annotations.Nullable;

/** A database user and its password. {@link #toString} never shows the password. */
public record Login(String user, @Nullable String password) {
    @Override
    public String toString() {
        return user;
    }
}
