package dev.rehome.strategy;

import java.util.Optional;

/** Which other tier a tenant should be in, or why nobody can say; neither if it is where it should be. */
record TierVerdict(Optional<Wish> wish, Optional<LeftTenant> left) {
    static final TierVerdict CONTENT = new TierVerdict(Optional.empty(), Optional.empty());

    static TierVerdict of(Wish wish) {
        return new TierVerdict(Optional.of(wish), Optional.empty());
    }

    static TierVerdict of(LeftTenant left) {
        return new TierVerdict(Optional.empty(), Optional.of(left));
    }
}
