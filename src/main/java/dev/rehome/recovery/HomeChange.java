package dev.rehome.recovery;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.LifeJournal;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantLife;
import dev.rehome.life.TenantRecord;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Has a tenant live in the home that an operator has chosen, where databases do not say by themselves which is right. */
public final class HomeChange {
    private final StrategyConfig strategy;
    private final LifeJournal journal;
    private final MoveJournal moves;
    private final TenantLife life;
    private final String by;

    /** @param by who has chosen, for the journals */
    public HomeChange(StrategyConfig strategy, LifeJournal journal, MoveJournal moves, TenantLife life, String by) {
        this.strategy = strategy;
        this.journal = journal;
        this.moves = moves;
        this.life = life;
        this.by = by;
    }

    /**
     * Does it: at an epoch greater than all that any database or the directory knows. No row is touched; what other homes have stays
     * there.
     *
     * @param endMove whether a move of the tenant is given up: it cannot go on once a side of it is lost
     * @throws RehomeException (USER) if the home has no row of the tenant, or the tenant is in a move that is not to be given up
     */
    public Placement settle(TenantId tenant, Home home, boolean endMove) {
        TenantRecord record = journal.get(tenant);
        Placement placed = record.placement()
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "Tenant " + tenant + " is " + record.state() + " and has no home. Import a file of it."));
        if (!home.equals(placed.home()) && !life.copies(tenant).containsKey(home)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    home + " has no row of tenant " + tenant + ". 'recovery copies " + tenant
                            + "' shows which homes have.");
        }
        Survey survey = Survey.of(strategy, strategy.servers(), (done, total) -> {});
        Optional<Move> move = moves.active(tenant);
        if (move.isPresent()) {
            if (!endMove) {
                throw new RehomeException(
                        ErrorKind.BUSY,
                        "Tenant " + tenant + " is in move " + move.get().id() + ", in "
                                + move.get().phase() + ". With --end-move it is given up as it stands.");
            }
            moves.giveUp(move.get().id(), by + ": a side of it was lost");
        }
        Epoch next = new Epoch(Math.max(placed.epoch().value(), highest(tenant, survey))).next();
        Placement settled = new Placement(tenant, home, next);
        life.settle(settled, survey.knowing(tenant), record.state() != LifeState.ACTIVE, "chosen by " + by);
        return settled;
    }

    private static long highest(TenantId tenant, Survey survey) {
        return survey.claims().getOrDefault(tenant, List.of()).stream()
                .flatMapToLong(claim -> LongStream.of(
                        claim.placement().epoch().value(), claim.resident().arrivingEpoch()))
                .max()
                .orElse(0);
    }
}
