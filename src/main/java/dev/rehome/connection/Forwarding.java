package dev.rehome.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands in for one of JDBC's interfaces, whose hundred methods nobody wants to read. */
final class Forwarding {
    private Forwarding() {}

    static <T> T to(InvocationHandler handler, Class<T> type) {
        return type.cast(Proxy.newProxyInstance(Forwarding.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    static @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** The methods of {@link Object}, for what is equal to nothing but itself. */
    static Object ofObject(Object self, String method, @Nullable Object @Nullable [] arguments, String text) {
        return switch (method) {
            case "equals" -> arguments != null && arguments[0] == self;
            case "hashCode" -> System.identityHashCode(self);
            default -> text;
        };
    }
}
