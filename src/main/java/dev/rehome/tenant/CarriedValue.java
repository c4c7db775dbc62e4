package dev.rehome.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A value that belongs to a thread's context beside its tenant: bound for the time of a call, never inherited, and carried
 * along by {@link TenantContext#captured()}. There is one for each static field that holds one. Thread-safe.
 */
public final class CarriedValue<T> {
    private static final List<CarriedValue<?>> ALL = new CopyOnWriteArrayList<>();

    @SuppressWarnings("ThreadLocalUsage") // as many as there are static fields of this type
    private final ThreadLocal<@Nullable T> current = new ThreadLocal<>();

    private CarriedValue() {}

    /** For a static final field: what is created stays for ever. */
    public static <T> CarriedValue<T> create() {
        CarriedValue<T> created = new CarriedValue<>();
        ALL.add(created);
        return created;
    }

    /** The value bound to this thread; null if there is none. */
    public @Nullable T current() {
        return current.get();
    }

    /** Binds the value for the time of the call, and restores the previous one on every way out. */
    public <R extends @Nullable Object> R call(T value, Callable<R> work) throws Exception {
        T previous = current.get();
        current.set(value);
        try {
            return work.call();
        } finally {
            bind(previous);
        }
    }

    void clear() {
        current.remove();
    }

    /** What is bound to this thread at this moment, absent values included. */
    static List<Binding<?>> bindings() {
        List<Binding<?>> bindings = new ArrayList<>(ALL.size());
        for (CarriedValue<?> value : ALL) {
            bindings.add(value.binding());
        }
        return bindings;
    }

    /** A value at the moment it was looked at. */
    record Binding<T>(CarriedValue<T> value, @Nullable T bound) {
        void bind() {
            value.bind(bound);
        }
    }

    private Binding<T> binding() {
        return new Binding<>(this, current.get());
    }

    private void bind(@Nullable T value) {
        if (value == null) {
            current.remove();
        } else {
            current.set(value);
        }
    }
}
