package dev.rehome.fleet.spares;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.spares.SpareRows.State;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Fills up the stock, as often as anybody likes: finishes or removes what a killed process has left, brings spare homes of an
 * older level to the newest, makes what is missing and drops what is too much. Several may run at a time. Immutable and
 * thread-safe.
 */
public final class SparesFill {
    /** Of schemas and of databases. */
    private static final String PREFIX = "rehome_spare_";

    private final Homes homes;
    private final ConnectionSource connections;

    /** @param connections to the control database, as the mover */
    public SparesFill(Homes homes, ConnectionSource connections) {
        this.homes = homes;
        this.connections = connections;
    }

    /** What the strategy file wants: like the homes that any new tenant would have. */
    public static List<Wanted> wanted(StrategyConfig strategy) {
        TenantId any = TenantId.of(new UUID(0, 0));
        return List.of(
                new Wanted(strategy.homeFor(any, Tier.SCHEMA), strategy.spares().schemas()),
                new Wanted(
                        strategy.homeFor(any, Tier.DATABASE), strategy.spares().databases()));
    }

    /** What one kind of spare home is to become, and how many are wanted. */
    public record Wanted(Home like, int count) {}

    /** What was done for one kind. */
    public record Filled(Wanted wanted, int ready, int made, int broughtUp, int dropped) {}

    /**
     * Fills up one kind.
     *
     * @throws RehomeException (EXTERNAL) if a server fails; what is half made then is finished by the next fill
     */
    public Filled fill(Wanted wanted) {
        try {
            connections.transact(connection -> {
                SpareRows.releaseForgotten(connection);
                return wanted;
            });
            int dropped = drop(wanted, false);
            int broughtUp = bringUp(wanted);
            connections.transact(connection -> record(connection, wanted));
            dropped += drop(wanted, true);
            int made = finish(wanted);
            int ready = connections.transact(connection -> SpareRows.count(connection, wanted.like()));
            return new Filled(wanted, ready, made, broughtUp, dropped);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The stock of spare homes like " + wanted.like() + " could not be filled up (SQLSTATE "
                            + e.getSQLState() + "). Correct the cause and fill it up again.",
                    e);
        }
    }

    /** Those that are missing are recorded before they are made. */
    private static int record(Connection connection, Wanted wanted) throws SQLException {
        SpareRows.lockStock(connection);
        int missing = wanted.count() - SpareRows.count(connection, wanted.like());
        for (int i = 0; i < missing; i++) {
            SpareRows.add(connection, named(UUID.randomUUID(), wanted.like()));
        }
        return missing;
    }

    private static SpareHome named(UUID id, Home like) {
        String name = PREFIX + id.toString().replace("-", "");
        return new SpareHome(
                id,
                like.tier() == Tier.DATABASE
                        ? new Home(like.tier(), new Database(like.database().server(), name), like.schema())
                        : new Home(like.tier(), like.database(), name));
    }

    /** Makes all that are recorded and that nobody else is making. */
    private int finish(Wanted wanted) throws SQLException {
        int made = 0;
        while (oneHeld(State.MAKING, wanted, spare -> {
            homes.create(spare.home());
            return State.READY;
        })) {
            made++;
        }
        return made;
    }

    /** Those that are at an older level than new homes would be. */
    private int bringUp(Wanted wanted) throws SQLException {
        int broughtUp = 0;
        for (UUID id : connections.transact(connection -> SpareRows.ready(connection, wanted.like()))) {
            try (Connection connection = connections.open()) {
                connection.setAutoCommit(false);
                Optional<SpareHome> spare = SpareRows.hold(connection, id);
                if (spare.isPresent() && !homes.isUpToDate(spare.get().home())) {
                    homes.create(spare.get().home());
                    broughtUp++;
                }
                connection.commit();
            }
        }
        return broughtUp;
    }

    /**
     * Drops what is being dropped.
     *
     * @param surplus whether those that are more than wanted are dropped too
     */
    private int drop(Wanted wanted, boolean surplus) throws SQLException {
        if (surplus) {
            connections.transact(connection -> {
                SpareRows.lockStock(connection);
                int tooMany = SpareRows.count(connection, wanted.like()) - wanted.count();
                for (int i = 0; i < tooMany; i++) {
                    Optional<SpareHome> spare = SpareRows.hold(connection, State.READY, wanted.like());
                    if (spare.isPresent()) {
                        SpareRows.become(connection, spare.get().id(), State.DROPPING);
                    }
                }
                return tooMany;
            });
        }
        int dropped = 0;
        while (oneHeld(State.DROPPING, wanted, spare -> {
            homes.drop(spare.home());
            return State.DROPPING;
        })) {
            dropped++;
        }
        return dropped;
    }

    /** What is done with a spare home while its record is held; says what it is then. */
    @FunctionalInterface
    private interface Step {
        State on(SpareHome spare) throws SQLException;
    }

    /** A process that is killed lets go of the record, in the state it was in. */
    private boolean oneHeld(State state, Wanted wanted, Step step) throws SQLException {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            Optional<SpareHome> spare = SpareRows.hold(connection, state, wanted.like());
            if (spare.isEmpty()) {
                connection.rollback();
                return false;
            }
            State then = step.on(spare.get());
            if (then == State.DROPPING) {
                SpareRows.remove(connection, spare.get().id());
            } else {
                SpareRows.become(connection, spare.get().id(), then);
            }
            connection.commit();
            return true;
        }
    }
}
