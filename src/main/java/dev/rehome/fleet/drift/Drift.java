package dev.rehome.fleet.drift;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the real catalog of every home with that of a home which the changelog has just made, and says what mends the
 * difference. Mends nothing. Costs a query for each {@value #HOMES_PER_QUERY} homes of a database, and another two for each home
 * that differs. Thread-safe.
 */
public final class Drift {
    static final String APPLICATION = "rehome drift";
    /** The server locks what it describes; it can hold some thousands of locks. */
    private static final int HOMES_PER_QUERY = 250;

    private static final int PAGE = 1_000;

    private final Servers servers;
    private final Homes homes;
    private final Database control;
    private final Directory directory;
    private final List<Home> shared;

    /** Is told how far it has come, and of each home that is not as the reference; by one thread. */
    public interface Listener {
        /** @param total homes there are to be looked at */
        void looked(int done, int total);

        void found(HomeDrift drift);
    }

    /** How many homes were looked at, and what came of it. */
    public record Summary(int homes, int same, int drifted, int atAnotherLevel, int notSeen) {}

    /**
     * @param control where a home is made for a moment, to compare with
     * @param shared the shared homes, whether somebody lives there or not
     */
    public Drift(Servers servers, Homes homes, Database control, Directory directory, Collection<Home> shared) {
        this.servers = servers;
        this.homes = homes;
        this.control = control;
        this.directory = directory;
        this.shared = List.copyOf(shared);
    }

    /**
     * Looks at all homes that tenants are placed in, and at the shared ones.
     *
     * @throws RehomeException (EXTERNAL) if the directory cannot be read, or the home to compare with cannot be made; what else
     *     does not answer is told to the listener
     */
    public Summary find(Listener listener) {
        Map<Database, Set<Home>> all = known();
        Reference reference = reference();
        int total = all.values().stream().mapToInt(Set::size).sum();
        Tally tally = new Tally(listener, total);
        all.forEach((database, inIt) -> look(database, List.copyOf(inIt), reference, tally));
        return new Summary(total, tally.same, tally.drifted, tally.atAnotherLevel, tally.notSeen);
    }

    private Map<Database, Set<Home>> known() {
        Map<Database, Set<Home>> known = new LinkedHashMap<>();
        for (Home home : shared) {
            known.computeIfAbsent(home.database(), first -> new LinkedHashSet<>())
                    .add(home);
        }
        TenantId last = null;
        List<Placement> page;
        do {
            page = directory.page(last, PAGE);
            for (Placement placement : page) {
                known.computeIfAbsent(placement.home().database(), first -> new LinkedHashSet<>())
                        .add(placement.home());
                last = placement.tenant();
            }
        } while (page.size() == PAGE);
        return known;
    }

    private Reference reference() {
        try {
            return Reference.make(homes, servers, control);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The home that all are to be compared with could not be made in database " + control + " (SQLSTATE "
                            + e.getSQLState() + "). Check the owner's login and rights.",
                    e);
        }
    }

    private void look(Database database, List<Home> inIt, Reference reference, Tally tally) {
        int done = 0;
        try (Connection connection = servers.open(database, "pg_catalog", DatabaseRole.OWNER, APPLICATION)) {
            DatabaseLook look = new DatabaseLook(servers, reference, database.server(), connection);
            while (done < inIt.size()) {
                List<Home> some = inIt.subList(done, Math.min(inIt.size(), done + HOMES_PER_QUERY));
                tally.same(look.at(some, tally::found));
                done += some.size();
                tally.looked(some.size());
            }
        } catch (SQLException e) {
            String problem = SqlState.isNoSuchHome(e)
                    ? "its database does not exist, or accepts nobody (SQLSTATE " + e.getSQLState()
                            + "): 'rehome doctor' says more"
                    : "its database cannot be read by the owner (SQLSTATE " + e.getSQLState()
                            + "): check that the server is up and lets the owner in";
            tally.notSeen(inIt.subList(done, inIt.size()), problem);
        } catch (RehomeException e) {
            tally.notSeen(inIt.subList(done, inIt.size()), String.valueOf(e.getMessage()));
        }
    }

    /** Counts, and tells the listener. */
    private static final class Tally {
        private final Listener listener;
        private final int total;
        private int done;
        private int same;
        private int drifted;
        private int atAnotherLevel;
        private int notSeen;

        Tally(Listener listener, int total) {
            this.listener = listener;
            this.total = total;
        }

        void same(int homes) {
            same += homes;
        }

        void found(HomeDrift drift) {
            if (drift instanceof HomeDrift.Drifted) {
                drifted++;
            } else if (drift instanceof HomeDrift.AtAnotherLevel) {
                atAnotherLevel++;
            } else {
                notSeen++;
            }
            listener.found(drift);
        }

        void notSeen(List<Home> homes, String problem) {
            homes.forEach(home -> found(new HomeDrift.NotSeen(home, problem)));
            looked(homes.size());
        }

        void looked(int homes) {
            done += homes;
            listener.looked(done, total);
        }
    }
}
