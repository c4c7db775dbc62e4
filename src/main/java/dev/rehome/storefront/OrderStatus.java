package dev.rehome.storefront;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far an order has come. A word rather than an enum: orders come from many systems, and one with a status that we have
 * never heard of must be readable, movable and writable without losing it. Immutable.
 */
public record OrderStatus(String word) implements Serializable {
    public static final OrderStatus CREATED = new OrderStatus("created");
    public static final OrderStatus APPROVED = new OrderStatus("approved");
    public static final OrderStatus INVOICED = new OrderStatus("invoiced");
    public static final OrderStatus PROCESSING = new OrderStatus("processing");
    public static final OrderStatus SHIPPED = new OrderStatus("shipped");
    public static final OrderStatus DELIVERED = new OrderStatus("delivered");
    public static final OrderStatus COMPLETED = new OrderStatus("completed");
    public static final OrderStatus CANCELED = new OrderStatus("canceled");

    private static final Set<OrderStatus> BEFORE_SHIPPING = Set.of(CREATED, APPROVED, INVOICED, PROCESSING);

    /** True as long as nothing has been sent. Never for a status that we do not know. */
    public boolean mayBeCanceled() {
        return BEFORE_SHIPPING.contains(this);
    }

    @Override
    public String toString() {
        return word;
    }

    /** Keeps the word. */
    @Converter
    public static final class Column implements AttributeConverter<OrderStatus, String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable OrderStatus status) {
            return status == null ? null : status.word();
        }

        @Override
        public @Nullable OrderStatus convertToEntityAttribute(@Nullable String word) {
            return word == null ? null : new OrderStatus(word);
        }
    }
}
