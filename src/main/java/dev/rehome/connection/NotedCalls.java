package dev.rehome.connection;

import dev.rehome.jdbc.Forwarding;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a statement is bound to and how it is set, to be done on a real one, as often as it takes. */
final class NotedCalls {
    private final List<Call> calls = new ArrayList<>();

    private static final class Call {
        private final Method method;
        private final @Nullable Object[] arguments;

        private Call(Method method, @Nullable Object[] arguments) {
            this.method = method;
            this.arguments = arguments;
        }

        /** What is bound has a number before the value; properties of the statement have a value alone. */
        boolean binds() {
            return arguments.length > 1;
        }

        void on(PreparedStatement statement, int shift) throws Throwable {
            @Nullable Object[] shifted = arguments;
            if (shift > 0 && binds()) {
                shifted = arguments.clone();
                shifted[0] = (Integer) Objects.requireNonNull(arguments[0]) + shift;
            }
            Forwarding.call(statement, method, shifted);
        }
    }

    /** @param arguments none for {@code clearParameters}, which is done at once */
    void add(Method method, @Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            calls.removeIf(Call::binds);
        } else {
            calls.add(new Call(method, arguments));
        }
    }

    /** @param shift how many parameters stand before the statement's own */
    void on(PreparedStatement statement, int shift) throws SQLException {
        try {
            for (Call call : calls) {
                call.on(statement, shift);
            }
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new SQLException("A value could not be bound.", e);
        }
    }
}
