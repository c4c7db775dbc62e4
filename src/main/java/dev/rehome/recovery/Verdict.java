package dev.rehome.recovery;

import dev.rehome.placement.Database;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Placement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a tenant lives, by what all databases say. The highest epoch counts; what does not follow from it is not guessed. */
public sealed interface Verdict {

    /**
     * One home has it.
     *
     * @param suspended whether that refuses it
     * @param unsettled whether the home admits it and does not say so yet: a cutover had just been made
     * @param stale databases that claim it for an earlier epoch: each had come back from an older time
     */
    record Lives(Placement placement, boolean suspended, boolean unsettled, List<Claim> stale) implements Verdict {
        public Lives {
            stale = List.copyOf(stale);
        }
    }

    /**
     * All send it to a home that does not have it.
     *
     * @param last where it was sent at the highest epoch
     * @param reason a sentence without its full stop
     */
    record Missing(Placement last, List<Claim> claims, String reason) implements Verdict {
        public Missing {
            claims = List.copyOf(claims);
        }
    }

    /**
     * Several have it, or one that is not the one that it takes itself for.
     *
     * @param reason a sentence without its full stop
     */
    record Contested(List<Claim> claims, String reason) implements Verdict {
        public Contested {
            claims = List.copyOf(claims);
        }
    }

    /**
     * Judges what databases say about one tenant.
     *
     * @param claims at least one
     * @param seen all databases that were asked
     */
    static Verdict of(List<Claim> claims, Set<Database> seen) {
        Epoch highest = claims.stream()
                .map(claim -> claim.placement().epoch())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        List<Claim> latest = claims.stream()
                .filter(claim -> claim.placement().epoch().equals(highest))
                .toList();
        List<Claim> here = latest.stream().filter(Claim::isHere).toList();
        List<Claim> stale = claims.stream()
                .filter(Claim::isHere)
                .filter(claim -> highest.isAfter(claim.placement().epoch()))
                .toList();
        if (here.size() > 1) {
            return new Contested(claims, here.size() + " databases have it at epoch " + highest);
        }
        if (here.size() == 1) {
            return resident(here.get(0), claims, stale);
        }
        return forwarded(latest, claims, stale, seen);
    }

    private static Verdict resident(Claim claim, List<Claim> claims, List<Claim> stale) {
        if (!claim.home().database().equals(claim.database())) {
            return new Contested(
                    claims,
                    claim.database() + " has it and takes itself for "
                            + claim.home().database() + ": that is a copy, or a server that was given another name");
        }
        if (!claim.hasSchema()) {
            return new Missing(claim.placement(), claims, "its home " + claim.home() + " is not there");
        }
        return new Lives(claim.placement(), claim.resident().suspended(), false, stale);
    }

    /** The home that a cutover has just been made to admits the tenant before it says that it has it. */
    private static Verdict forwarded(List<Claim> latest, List<Claim> claims, List<Claim> stale, Set<Database> seen) {
        Set<Placement> targets = latest.stream().map(Claim::placement).collect(Collectors.toSet());
        if (targets.size() > 1) {
            return new Contested(claims, "databases send it to different homes at the same epoch");
        }
        Placement to = latest.get(0).placement();
        Database target = to.home().database();
        Optional<Claim> arriving = claims.stream()
                .filter(claim -> claim.database().equals(target))
                .filter(claim -> claim.resident().arrivingEpoch() == to.epoch().value())
                .findFirst();
        if (arriving.isPresent()) {
            List<Claim> others = stale.stream()
                    .filter(claim -> !claim.equals(arriving.get()))
                    .toList();
            return new Lives(to, false, true, others);
        }
        return new Missing(
                to,
                claims,
                seen.contains(target)
                        ? "it was moved to " + to.home() + " at epoch " + to.epoch() + ", which does not have it"
                        : "it was moved to " + to.home() + " at epoch " + to.epoch()
                                + ", which could not be looked at");
    }
}
