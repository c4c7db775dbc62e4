package dev.rehome.apps;

import dev.rehome.placement.Tier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** From where to where the tests move, for {@link org.junit.jupiter.params.provider.MethodSource}. */
final class Directions {
    static final String ALL = "dev.rehome.apps.Directions#all";
    static final String OF_EVERY_KIND = "dev.rehome.apps.Directions#ofEveryKind";
    static final String TO_EVERY_TIER = "dev.rehome.apps.Directions#toEveryTier";

    private Directions() {}

    static Stream<Arguments> all() {
        return Stream.of(Tier.values())
                .flatMap(from ->
                        Stream.of(Tier.values()).filter(to -> to != from).map(to -> Arguments.of(from, to)));
    }

    /** To every tier, within a database and between two, and out of a home that is purged as well as dropped. */
    static Stream<Arguments> ofEveryKind() {
        return Stream.concat(toEveryTier(), Stream.of(Arguments.of(Tier.SCHEMA, Tier.DATABASE)));
    }

    static Stream<Arguments> toEveryTier() {
        return Stream.of(
                Arguments.of(Tier.SHARED, Tier.SCHEMA),
                Arguments.of(Tier.SHARED, Tier.DATABASE),
                Arguments.of(Tier.DATABASE, Tier.SHARED));
    }
}
