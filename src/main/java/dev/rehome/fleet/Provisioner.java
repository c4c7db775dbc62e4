package dev.rehome.fleet;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.JvmFence;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings new tenants into being. Every step can be repeated, so a creation that failed, or was killed, is finished by trying again;
 * {@link #sweep} removes what nobody finishes. Thread-safe.
 */
public final class Provisioner {
    /** After so long whoever was cut off in a creation has tried again, or does not mean to. */
    public static final Duration GIVEN_UP = Duration.ofHours(1);

    private static final int LONGEST_NAME = 200;

    private final Homes homes;
    private final Creator creator;
    private final Sweeper sweeper;
    private final Guard guard;
    /** Shared homes that this process has brought up already. */
    private final Set<Home> ready = ConcurrentHashMap.newKeySet();

    /** Creates a tenant, unless the directory knows it. */
    @FunctionalInterface
    private interface Creator {
        Placement create(TenantId tenant, String name, Home home) throws SQLException;
    }

    /** Throws if a home's tables must not be changed now. */
    @FunctionalInterface
    private interface Guard {
        void check(Home home) throws SQLException;
    }

    /** Removes what is left of creations. */
    @FunctionalInterface
    private interface Sweeper {
        List<TenantId> sweep(Duration olderThan) throws SQLException;
    }

    private Provisioner(Servers servers, Homes homes, Directory directory) {
        RecordedCreation recorded = new RecordedCreation(servers, homes, directory, this::prepareForTenant);
        this.homes = homes;
        this.guard = home -> requireUnused(servers, home);
        this.creator = recorded::create;
        this.sweeper = recorded::sweep;
    }

    private Provisioner(JvmFence fence, Homes homes, Directory directory) {
        this.homes = homes;
        this.guard = home -> {}; // such homes are moved while nobody is in them
        this.creator = (tenant, name, home) -> {
            Optional<Placement> known = directory.find(tenant);
            if (known.isPresent()) {
                return known.get();
            }
            Placement placement = new Placement(tenant, home, Epoch.FIRST);
            prepare(home);
            fence.settle(placement);
            directory.add(placement, name);
            return placement;
        };
        this.sweeper = olderThan -> List.of(); // such homes end with their process
    }

    /** For homes on PostgreSQL. */
    public static Provisioner of(Servers servers, Homes homes, Directory directory) {
        return new Provisioner(servers, homes, directory);
    }

    /** For homes on H2, whose residencies are the fence's. */
    public static Provisioner of(JvmFence fence, Homes homes, Directory directory) {
        return new Provisioner(fence, homes, directory);
    }

    /**
     * Creates a tenant: its home if that does not exist yet, its residency, its entry in the directory. If the tenant is
     * in the directory already, nothing happens: where it lives is changed by a move only.
     *
     * @param name for people: not empty, at most {@value #LONGEST_NAME} characters, on one line
     * @return where the tenant lives
     * @throws RehomeException (USER) if the name is none; (CONFIGURATION) if the home cannot be called so; (EXTERNAL) if a server
     *     fails
     */
    public Placement create(TenantId tenant, String name, Home home) {
        requireName(name);
        homes.requireUsable(home);
        try {
            return creator.create(tenant, name, home);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Tenant " + tenant + " could not be created in " + home + " (SQLSTATE " + e.getSQLState()
                            + "). Correct the cause and create it again.",
                    e);
        }
    }

    /**
     * Removes what is left of tenants whose creation was begun and has neither ended nor been taken up again. Those that are being
     * created at this moment are left alone.
     *
     * @param olderThan how long ago it was begun: long enough for whoever wants to try again
     * @return the tenants of which something was removed
     * @throws RehomeException (EXTERNAL) if a server fails; the next sweep goes on
     */
    public List<TenantId> sweep(Duration olderThan) {
        try {
            return sweeper.sweep(olderThan);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "What is left of tenants that were never finished could not be removed (SQLSTATE " + e.getSQLState()
                            + "). Correct the cause and sweep again.",
                    e);
        }
    }

    private static void requireName(String name) {
        if (name.isBlank()
                || name.codePointCount(0, name.length()) > LONGEST_NAME
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "A tenant's name has from 1 to " + LONGEST_NAME
                            + " characters, and no line breaks or other control characters. Nothing was created; correct it.");
        }
    }

    /**
     * Brings up a home, unless this process has done so already.
     *
     * @throws RehomeException (BUSY) if tables that are there would have to be changed, and a move or an operation on a tenant is at
     *     their rows
     */
    public void prepare(Home home) throws SQLException {
        if (!ready.contains(home)) {
            homes.create(home, () -> guard.check(home));
            if (home.tier() == Tier.SHARED) {
                ready.add(home);
            }
        }
    }

    /** A tenant can begin at whatever level its home has. */
    private void prepareForTenant(Home home) throws SQLException {
        try {
            prepare(home);
        } catch (RehomeException e) {
            if (e.kind() != ErrorKind.BUSY) {
                throw e;
            }
        }
    }

    /** As the runner of schema changes looks: whoever comes later waits for the changelog's lock, and sees the change. */
    private void requireUnused(Servers servers, Home home) throws SQLException {
        try (Connection connection =
                servers.open(homes.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome provisioner")) {
            Optional<String> user = HomeUse.of(connection, home);
            if (user.isPresent()) {
                throw new RehomeException(
                        ErrorKind.BUSY,
                        home + " is behind its changelog, and used by " + user.get()
                                + ". When that has ended, prepare it again or run 'rehome schema migrate'.");
            }
        }
    }
}
