package dev.rehome.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.Resident;
import dev.rehome.placement.Database;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.recovery.Verdict.Contested;
import dev.rehome.recovery.Verdict.Lives;
import dev.rehome.recovery.Verdict.Missing;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final TenantId TENANT = TenantId.of(UUID.randomUUID());
    private static final Database A = new Database("a", "shop");
    private static final Database B = new Database("b", "shop");
    private static final Database C = new Database("c", "shop");

    @Test
    void theHighestEpochCountsAndWhoClaimsTheTenantForAnEarlierOneIsStale() {
        Claim stale = here(A, 2);
        Lives lives = assertInstanceOf(Lives.class, of(stale, here(B, 5), sentTo(C, 5, B)));

        assertEquals(placement(5, B), lives.placement());
        assertEquals(List.of(stale), lives.stale());
    }

    @Test
    void aHomeThatACutoverHasJustBeenMadeToHasTheTenantThoughItDoesNotSaySoYet() {
        Lives lives = assertInstanceOf(Lives.class, of(sentTo(A, 4, B), arriving(B, 3, A, 4)));

        assertEquals(placement(4, B), lives.placement());
        assertTrue(lives.unsettled());
    }

    @Test
    void aHomeThatIsReadyForACutoverWhichWasNotMadeDoesNotHaveTheTenant() {
        Lives lives = assertInstanceOf(Lives.class, of(here(A, 3), arriving(B, 3, A, 4)));

        assertEquals(placement(3, A), lives.placement());
    }

    @Test
    void aTenantThatIsSentWhereNobodyHasItIsNotGivenToWhoHadItBefore() {
        Missing missing = assertInstanceOf(Missing.class, of(here(A, 2), sentTo(B, 3, C)));

        assertEquals(placement(3, C), missing.last());
        assertTrue(missing.reason().contains("does not have it"), missing.reason());
        Missing unseen = assertInstanceOf(Missing.class, Verdict.of(List.of(sentTo(B, 3, C)), Set.of(B)));
        assertTrue(unseen.reason().contains("could not be looked at"), unseen.reason());
    }

    @Test
    void twoClaimsForOneEpochAndForwardsToTwoHomesAreNotDecided() {
        assertInstanceOf(Contested.class, of(here(A, 2), here(B, 2)));
        assertInstanceOf(Contested.class, of(sentTo(A, 2, B), sentTo(B, 2, C)));
    }

    @Test
    void aDatabaseThatTakesItselfForAnotherIsACopy() {
        Claim copy = new Claim(B, new Resident(placement(2, A), true, false, false, 0), true);

        assertInstanceOf(Contested.class, of(copy));
    }

    @Test
    void aTenantWhoseSchemaIsGoneIsMissing() {
        assertInstanceOf(Missing.class, of(new Claim(A, new Resident(placement(2, A), true, false, false, 0), false)));
    }

    private static Verdict of(Claim... claims) {
        return Verdict.of(List.of(claims), Set.of(A, B, C));
    }

    private static Placement placement(long epoch, Database database) {
        return new Placement(TENANT, new Home(Tier.SHARED, database, "shared"), new Epoch(epoch));
    }

    private static Claim here(Database database, long epoch) {
        return new Claim(database, new Resident(placement(epoch, database), true, false, false, 0), true);
    }

    private static Claim sentTo(Database by, long epoch, Database to) {
        return new Claim(by, new Resident(placement(epoch, to), false, false, false, 0), true);
    }

    private static Claim arriving(Database by, long epoch, Database current, long next) {
        return new Claim(by, new Resident(placement(epoch, current), false, false, false, next), true);
    }
}
