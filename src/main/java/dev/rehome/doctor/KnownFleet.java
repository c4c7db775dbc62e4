package dev.rehome.doctor;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveStatus;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Server;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What there has to be, by the directory, the journal and the strategy. Immutable once read.
 *
 * @param placements by database
 * @param shared the shared homes, whether somebody lives there or not
 * @param moving tenants in a move, and all homes that moves have to do with
 */
record KnownFleet(
        Map<Database, List<Placement>> placements,
        Map<Database, Home> shared,
        Map<TenantId, Move> moving,
        Set<Home> homesOfMoves,
        long tenants) {
    private static final int PAGE = 1_000;
    /** Nobody has so many under way. */
    private static final int MOST_MOVES = 100_000;

    static KnownFleet read(Directory directory, MoveJournal journal, StrategyConfig strategy) {
        Map<Database, List<Placement>> placements = new LinkedHashMap<>();
        long tenants = 0;
        TenantId last = null;
        List<Placement> page;
        do {
            page = directory.page(last, PAGE);
            for (Placement placement : page) {
                placements
                        .computeIfAbsent(placement.home().database(), first -> new ArrayList<>())
                        .add(placement);
                last = placement.tenant();
            }
            tenants += page.size();
        } while (page.size() == PAGE);
        Map<Database, Home> shared = new LinkedHashMap<>();
        for (Server server : strategy.servers().all()) {
            sharedHome(strategy, server).ifPresent(home -> shared.put(home.database(), home));
        }
        Map<TenantId, Move> moving = new TreeMap<>();
        Set<Home> homesOfMoves = new LinkedHashSet<>();
        for (MoveStatus status : journal.list(false, MOST_MOVES)) {
            Move move = status.move();
            moving.put(move.tenant(), move);
            homesOfMoves.addAll(List.of(move.source().home(), move.target()));
        }
        return new KnownFleet(placements, shared, moving, homesOfMoves, tenants);
    }

    private static Optional<Home> sharedHome(StrategyConfig strategy, Server server) {
        try {
            return Optional.of(strategy.sharedHome(server.name()));
        } catch (RehomeException e) {
            if (e.kind() != ErrorKind.USER) {
                throw e;
            }
            return Optional.empty(); // a server of the tenants' databases only
        }
    }

    Set<Database> databases() {
        Set<Database> all = new LinkedHashSet<>(shared.keySet());
        all.addAll(placements.keySet());
        return all;
    }

    List<Placement> placementsIn(Database database) {
        return placements.getOrDefault(database, List.of());
    }

    /** That are served from the database. */
    Set<Home> homesIn(Database database) {
        Set<Home> homes = new LinkedHashSet<>();
        Home ofAll = shared.get(database);
        if (ofAll != null) {
            homes.add(ofAll);
        }
        placementsIn(database).forEach(placement -> homes.add(placement.home()));
        return homes;
    }

    /** Whether a database, or a schema in it, belongs to somebody who lives or moves there. */
    boolean isOwned(Home home) {
        return homesIn(home.database()).stream().anyMatch(known -> sameThing(known, home))
                || homesOfMoves.stream().anyMatch(known -> sameThing(known, home));
    }

    private static boolean sameThing(Home known, Home home) {
        return home.tier() == Tier.DATABASE
                ? known.database().equals(home.database())
                : known.inSameDatabaseAs(home) && known.schema().equals(home.schema());
    }
}
