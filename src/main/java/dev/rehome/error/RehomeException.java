package dev.rehome.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The base of every exception that Rehome throws by itself. Its message ends with what to do next. Subclasses exist only
 * where callers catch them.
 */
public class RehomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    public RehomeException(ErrorKind kind, String message) {
        this(kind, message, null);
    }

    public RehomeException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public ErrorKind kind() {
        return kind;
    }
}
