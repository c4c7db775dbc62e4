package dev.rehome.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How to make an instance of each entity, those that others refer to first. Not thread-safe. */
public final class Samples {
    private final List<Sample<?>> inOrder = new ArrayList<>();

    /**
     * One entity's.
     *
     * @param change null if the kit finds an attribute to change by itself
     */
    record Sample<E>(
            Class<E> type, Function<Made, E> make, @Nullable Consumer<E> change) {}

    Samples() {}

    /**
     * An entity with an attribute that Hibernate updates and that is a text, a number or a boolean: the kit changes that one.
     *
     * @param make returns a new instance of one row, without children, that breaks no unique constraint however often it is
     *     called. It may leave the tenant's attribute alone; the kit sets it.
     */
    public <E> Samples of(Class<E> type, Function<Made, E> make) {
        inOrder.add(new Sample<>(type, make, null));
        return this;
    }

    /**
     * An entity that has no such attribute, or a rule about it.
     *
     * @param change changes something of an instance that Hibernate updates
     */
    public <E> Samples of(Class<E> type, Function<Made, E> make, Consumer<E> change) {
        inOrder.add(new Sample<>(type, make, change));
        return this;
    }

    List<Sample<?>> inOrder() {
        return List.copyOf(inOrder);
    }
}
