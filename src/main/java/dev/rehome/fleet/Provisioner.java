package dev.rehome.fleet;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.JvmFence;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Brings new tenants into being. Every step can be repeated, so a creation that failed is finished by trying again. Thread-safe. */
public final class Provisioner {
    private static final int LONGEST_NAME = 200;

    private final Homes homes;
    private final Directory directory;
    private final Settler settler;
    /** Shared homes that this process has brought up already. */
    private final Set<Home> ready = ConcurrentHashMap.newKeySet();

    /** Makes a placement the one that the home admits. */
    @FunctionalInterface
    private interface Settler {
        void settle(Placement placement) throws SQLException;
    }

    private Provisioner(Homes homes, Directory directory, Settler settler) {
        this.homes = homes;
        this.directory = directory;
        this.settler = settler;
    }

    /** For homes on PostgreSQL. */
    public static Provisioner of(Servers servers, Homes homes, Directory directory) {
        return new Provisioner(homes, directory, placement -> {
            try (Connection connection =
                    servers.open(placement.home().database(), "rehome", DatabaseRole.MOVER, "rehome provisioner")) {
                connection.setAutoCommit(false);
                Residency.here(connection, placement, false);
                connection.commit();
            }
        });
    }

    /** For homes on H2, whose residencies are the fence's. */
    public static Provisioner of(JvmFence fence, Homes homes, Directory directory) {
        return new Provisioner(homes, directory, fence::settle);
    }

    /**
     * Creates a tenant: its home if that does not exist yet, its residency, its entry in the directory. If the tenant is
     * in the directory already, nothing happens: where it lives is changed by a move only.
     *
     * @param name for people: not empty, at most {@value #LONGEST_NAME} characters, on one line
     * @return where the tenant lives
     * @throws RehomeException (USER) if the name is none; (EXTERNAL) if a server fails
     */
    public Placement create(TenantId tenant, String name, Home home) {
        requireName(name);
        return directory.find(tenant).orElseGet(() -> {
            Placement placement = new Placement(tenant, home, Epoch.FIRST);
            try {
                prepare(home);
                settler.settle(placement);
            } catch (SQLException e) {
                throw new RehomeException(
                        ErrorKind.EXTERNAL,
                        "Tenant " + tenant + " could not be created in " + home + " (SQLSTATE " + e.getSQLState()
                                + "). Correct the cause and create it again.",
                        e);
            }
            directory.add(placement, name);
            return placement;
        });
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

    /** Brings up a home, unless this process has done so already. */
    public void prepare(Home home) throws SQLException {
        if (!ready.contains(home)) {
            homes.create(home);
            if (home.tier() == Tier.SHARED) {
                ready.add(home);
            }
        }
    }
}
