package dev.rehome.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands in for one of JDBC's interfaces, whose hundred methods nobody wants to read. Thread-safe. */
public final class Forwarding {
    private Forwarding() {}

    /** An object of the interface, each call of which the handler answers. */
    public static <T> T to(InvocationHandler handler, Class<T> type) {
        return type.cast(Proxy.newProxyInstance(Forwarding.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Makes the call on the target. Throws what that throws. */
    public static @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** The methods of {@link Object}, for what is equal to nothing but itself. */
    public static Object ofObject(Object self, String method, @Nullable Object @Nullable [] arguments, String text) {
        return switch (method) {
            case "equals" -> arguments != null && arguments[0] == self;
            case "hashCode" -> System.identityHashCode(self);
            default -> text;
        };
    }
}
