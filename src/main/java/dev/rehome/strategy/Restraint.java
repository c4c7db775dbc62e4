package dev.rehome.strategy;

import dev.rehome.config.StrategyRules;
import dev.rehome.strategy.LeftTenant.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What keeps a tenant where it is whatever speaks for a move. Immutable. */
final class Restraint {
    /** Nobody goes to and fro within a day. */
    private static final Duration NO_TURN = Duration.ofDays(1);

    private final StrategyRules rules;
    private final Instant now;

    Restraint(StrategyRules rules, Instant now) {
        this.rules = rules;
        this.now = now;
    }

    /** Why the wish is not fulfilled; empty if nothing is in its way. */
    Optional<LeftTenant> on(Wish wish) {
        TenantFacts tenant = wish.tenant();
        if (rules.pinned().contains(tenant.placement().tenant())) {
            return left(wish, Kind.PINNED, "pinned");
        }
        if (tenant.inMove()) {
            return left(wish, Kind.IN_MOVE, "in a move");
        }
        if (!tenant.active()) {
            return left(wish, Kind.NOT_ACTIVE, "not active: 'tenant show' says why");
        }
        return tenant.latestMove().flatMap(latest -> after(wish, latest));
    }

    private Optional<LeftTenant> after(Wish wish, EarlierMove latest) {
        Instant turnable = latest.ended().plus(NO_TURN);
        if (wish.reason().kind() != Reason.Kind.REGION && turns(latest, wish) && turnable.isAfter(now)) {
            return left(
                    wish, Kind.TURNED, "moved the other way until " + latest.ended() + ", so not before " + turnable);
        }
        Instant cooled = latest.ended().plus(rules.coolDown());
        boolean waits = switch (wish.reason().kind()) {
            case REGION, OVERRIDE -> false;
            case QUERY_TIME, SIZE, SCHEMAS, LOAD, SHRUNK -> cooled.isAfter(now);
        };
        return waits
                ? left(
                        wish,
                        Kind.COOLING_DOWN,
                        "moved until " + latest.ended().truncatedTo(ChronoUnit.SECONDS) + ", so not before "
                                + cooled.truncatedTo(ChronoUnit.SECONDS))
                : Optional.empty();
    }

    private static boolean turns(EarlierMove latest, Wish wish) {
        int then = latest.to().compareTo(latest.from());
        int now = wish.tier().compareTo(wish.from());
        return then * now < 0;
    }

    private static Optional<LeftTenant> left(Wish wish, Kind kind, String why) {
        return Optional.of(new LeftTenant(
                wish.tenant().placement().tenant(),
                kind,
                why + "; else to " + wish.tier() + ", as " + wish.reason().text()));
    }
}
