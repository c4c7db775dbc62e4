package dev.rehome.doctor;

import dev.rehome.error.ErrorKind;
import dev.rehome.fence.Resident;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.move.Move;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the directory says with what a database says. The database is right: a directory that is behind costs a
 * request one more attempt; a database that does not know a tenant costs the tenant everything.
 */
final class ResidencyCheck {
    private final KnownFleet fleet;
    private final Directory directory;
    private final Database database;
    private final Set<TenantId> suspects = new LinkedHashSet<>();

    ResidencyCheck(KnownFleet fleet, Directory directory, Database database) {
        this.fleet = fleet;
        this.directory = directory;
        this.database = database;
    }

    /** With the directory as it was read at first. */
    List<Ailment> compare(Map<TenantId, Resident> residents) {
        Map<TenantId, Placement> placed = new LinkedHashMap<>();
        fleet.placementsIn(database).forEach(placement -> placed.put(placement.tenant(), placement));
        List<Ailment> ailments = new ArrayList<>();
        Set<TenantId> tenants = new LinkedHashSet<>(placed.keySet());
        residents.forEach((tenant, resident) -> {
            if (resident.here()) {
                tenants.add(tenant);
            }
        });
        for (TenantId tenant : tenants) {
            Placement placement = placed.get(tenant);
            if (placement == null || !agrees(placement, residents.get(tenant))) {
                suspects.add(tenant);
                ailments.addAll(compare(tenant, Optional.ofNullable(placement), residents.get(tenant)));
            }
        }
        return ailments;
    }

    /** With the directory as it is now, for those that did not agree before. */
    List<Ailment> confirm(Map<TenantId, Resident> residents) {
        List<Ailment> ailments = new ArrayList<>();
        for (TenantId tenant : suspects) {
            ailments.addAll(compare(tenant, directory.find(tenant), residents.get(tenant)));
        }
        return ailments;
    }

    private static boolean agrees(Placement placement, @Nullable Resident resident) {
        return resident != null && resident.here() && resident.placement().equals(placement);
    }

    private List<Ailment> compare(TenantId tenant, Optional<Placement> said, @Nullable Resident resident) {
        if (said.isEmpty()) {
            return resident == null || !resident.here()
                    ? List.of()
                    : List.of(ailment(
                            ErrorKind.STALE,
                            "TENANT_NOT_IN_DIRECTORY",
                            "Tenant " + tenant + " lives in "
                                    + resident.placement().home()
                                    + ", and the directory does not know it: its creation was cut off",
                            "Create the tenant again, or delete from rehome.residency where tenant_id = '" + tenant
                                    + "'"));
        }
        Placement placement = said.get();
        if (!placement.home().database().equals(database)) {
            return livesElsewhere(placement, resident);
        }
        if (resident == null) {
            return List.of(ailment(
                    ErrorKind.INVARIANT,
                    "HOME_DOES_NOT_KNOW_TENANT",
                    "The directory places tenant " + tenant + " in " + placement.home() + ", which does not know it",
                    "If its rows are there: " + residencyRow(placement)));
        }
        if (agrees(placement, resident)
                || resident.arrivingEpoch() == placement.epoch().value()) {
            return List.of();
        }
        if (resident.placement().epoch().isAfter(placement.epoch())) {
            return List.of(directoryBehind(placement, resident.placement()));
        }
        Move move = fleet.moving().get(tenant);
        return List.of(ailment(
                ErrorKind.INVARIANT,
                "HOME_DISAGREES",
                "The directory places tenant " + tenant + " in " + placement.home() + " at epoch " + placement.epoch()
                        + ", and that database says " + resident.placement().home() + " at epoch "
                        + resident.placement().epoch(),
                "Find out which home has its latest writes: rehome verify " + tenant
                        + (move == null ? "" : ", rehome move status " + move.id())));
    }

    /** A database that admits a tenant which the directory places in another one. */
    private List<Ailment> livesElsewhere(Placement placement, @Nullable Resident resident) {
        if (resident == null || !resident.here()) {
            return List.of();
        }
        return resident.placement().epoch().isAfter(placement.epoch())
                ? List.of(directoryBehind(placement, resident.placement()))
                : List.of(ailment(
                        ErrorKind.INVARIANT,
                        "SECOND_HOME",
                        resident.placement().home() + " admits tenant " + placement.tenant()
                                + " too, which the directory places in " + placement.home() + " at epoch "
                                + placement.epoch(),
                        "Find out which home has its latest writes (rehome verify " + placement.tenant()
                                + "), then in the other one: update rehome.residency set state = 'MOVED', "
                                + columns(placement) + " where tenant_id = '" + placement.tenant() + "'"));
    }

    private Ailment directoryBehind(Placement directorys, Placement truth) {
        return ailment(
                ErrorKind.STALE,
                "DIRECTORY_BEHIND",
                "The directory has tenant " + truth.tenant() + " at epoch " + directorys.epoch() + ", and it lives in "
                        + truth.home() + " at epoch " + truth.epoch(),
                "In the directory's database: update rehome_directory.placement set " + columns(truth)
                        + " where tenant_id = '" + truth.tenant() + "' and epoch < " + truth.epoch());
    }

    private static String columns(Placement placement) {
        Home home = placement.home();
        return "tier = '" + home.tier() + "', server_name = "
                + SqlNames.literal(home.database().server()) + ", database_name = "
                + SqlNames.literal(home.database().name()) + ", schema_name = " + SqlNames.literal(home.schema())
                + ", epoch = " + placement.epoch();
    }

    private static String residencyRow(Placement placement) {
        Home home = placement.home();
        return "insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name, role_name)"
                + " values ('" + placement.tenant() + "', " + placement.epoch() + ", 'HERE', '" + home.tier() + "', "
                + SqlNames.literal(home.database().server()) + ", "
                + SqlNames.literal(home.database().name()) + ", " + SqlNames.literal(home.schema()) + ", "
                + (home.tier() == Tier.SCHEMA ? SqlNames.literal(home.schema()) : "null") + ")";
    }

    private Ailment ailment(ErrorKind kind, String check, String problem, String mend) {
        return new Ailment(kind, "database " + database, check, problem, mend);
    }
}
