package dev.rehome.storefront;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Whether a cart can still be filled. A word rather than an enum, as {@link OrderStatus} explains. Immutable. */
public record CartStatus(String word) implements Serializable {
    public static final CartStatus OPEN = new CartStatus("open");
    public static final CartStatus CHECKED_OUT = new CartStatus("checked_out");

    @Override
    public String toString() {
        return word;
    }

    /** Keeps the word. */
    @Converter
    public static final class Column implements AttributeConverter<CartStatus, String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable CartStatus status) {
            return status == null ? null : status.word();
        }

        @Override
        public @Nullable CartStatus convertToEntityAttribute(@Nullable String word) {
            return word == null ? null : new CartStatus(word);
        }
    }
}
