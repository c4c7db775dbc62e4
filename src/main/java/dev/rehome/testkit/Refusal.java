package dev.rehome.testkit;

import dev.rehome.error.RehomeException;
import jakarta.persistence.EntityNotFoundException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.PropertyValueException;
import org.hibernate.StaleStateException;
import org.hibernate.UnresolvableObjectException;
import org.hibernate.context.TenantIdentifierMismatchException;

/** Tells errors that stop an attack from errors in the attack: only what is listed here counts as a refusal. */
final class Refusal {
    /**
     * The server's answers that protect rows: rights and policies, constraints, read-only transactions, {@code enter}'s own; and
     * 42P10, by which composite keys answer an upsert that counts on the id alone.
     */
    private static final Set<String> STATES =
            Set.of("42501", "42P10", "23503", "23505", "23514", "25006", "44000", "RH001", "RH002", "RH003", "RH005");

    private static final List<Class<? extends RuntimeException>> EXCEPTIONS = List.of(
            RehomeException.class,
            TenantIdentifierMismatchException.class,
            PropertyValueException.class,
            StaleStateException.class,
            UnresolvableObjectException.class,
            EntityNotFoundException.class);

    private Refusal() {}

    /** What refused, if the failure is a refusal: an SQLSTATE, or the name of an exception. */
    static Optional<String> of(Throwable failure) {
        return sqlState(failure).filter(STATES::contains).or(() -> known(failure));
    }

    /** That of the innermost database error. */
    static Optional<String> sqlState(Throwable failure) {
        Optional<String> state = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                state = Optional.of(sql.getSQLState());
            }
        }
        return state;
    }

    private static Optional<String> known(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (Class<? extends RuntimeException> known : EXCEPTIONS) {
                if (known.isInstance(cause)) {
                    return Optional.of(cause.getClass().getSimpleName());
                }
            }
        }
        return Optional.empty();
    }
}
