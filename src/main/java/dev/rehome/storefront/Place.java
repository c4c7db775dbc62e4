package dev.rehome.storefront;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/**
 * Where an address is, as far as it is known. Immutable.
 *
 * @param cityLocal the city's name in the language of the place
 */
@Embeddable
public record Place(
        @Column(name = "zip_prefix") @Nullable String zipPrefix,
        @Column(name = "city") @Nullable String city,
        @Column(name = "city_local") @Nullable String cityLocal,
        @Column(name = "region") @Nullable String region,
        @Column(name = "country") @Nullable String country) {

    static final Place UNKNOWN = new Place(null, null, null, null, null);
}
