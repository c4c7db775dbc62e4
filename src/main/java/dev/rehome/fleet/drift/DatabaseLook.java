package dev.rehome.fleet.drift;

import dev.rehome.fleet.drift.CatalogReader.Fingerprint;
import dev.rehome.fleet.drift.CatalogReader.Subject;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A look at homes in one database: a query for all of them, then further ones for each that differs. */
final class DatabaseLook {
    private final Servers servers;
    private final Reference reference;
    private final String server;
    private final CatalogReader reader;
    /** What homes at another level are told apart by is worked out once for each level. */
    private final Map<String, HomeDrift.AtAnotherLevel> otherLevels = new HashMap<>();

    DatabaseLook(Servers servers, Reference reference, String server, Connection connection) throws SQLException {
        this.servers = servers;
        this.reference = reference;
        this.server = server;
        this.reader = new CatalogReader(
                connection, servers.login(server, DatabaseRole.MOVER).user());
    }

    /**
     * Looks at some hundred homes.
     *
     * @param results of those that are not as the reference
     * @return how many are
     */
    int at(List<Home> homes, Consumer<HomeDrift> results) throws SQLException {
        Map<String, String> levels =
                reader.levels(homes.stream().map(Home::schema).toList());
        List<Home> comparable = new ArrayList<>();
        for (Home home : homes) {
            String level = levels.getOrDefault(home.schema(), "");
            if (reference.isAtLevel(level)) {
                comparable.add(home);
            } else {
                results.accept(atAnotherLevel(home, level));
            }
        }
        Map<Subject, Fingerprint> fingerprints =
                reader.fingerprints(comparable.stream().map(this::subject).toList(), false);
        int same = 0;
        for (Home home : comparable) {
            Fingerprint fingerprint = fingerprints.get(subject(home));
            if (fingerprint != null && reference.isSame(home.tier(), fingerprint)) {
                same++;
            } else if (!drifted(home, results)) {
                same++; // by now
            }
        }
        return same;
    }

    private boolean drifted(Home home, Consumer<HomeDrift> results) throws SQLException {
        List<Difference> differences = new Comparison(
                        reference.entries(home.tier()), reader.entries(subject(home), false), names(home))
                .differences();
        if (differences.isEmpty()) {
            return false;
        }
        results.accept(new HomeDrift.Drifted(home, differences));
        return true;
    }

    private HomeDrift.AtAnotherLevel atAnotherLevel(Home home, String level) throws SQLException {
        HomeDrift.AtAnotherLevel known = otherLevels.get(level);
        if (known == null) {
            Map<String, String> ran = reader.changesets(home.schema());
            known = new HomeDrift.AtAnotherLevel(home, reference.lacking(ran), reference.further(ran));
            otherLevels.put(level, known);
        }
        return new HomeDrift.AtAnotherLevel(home, known.lacks(), known.further());
    }

    private Subject subject(Home home) {
        return new Subject(home.schema(), app(home));
    }

    private String app(Home home) {
        return home.tier() == Tier.SCHEMA
                ? Homes.roleOf(home)
                : servers.login(server, DatabaseRole.APP).user();
    }

    private UnaryOperator<@Nullable String> names(Home home) {
        return text -> text == null
                ? null
                : text.replace(CatalogSql.HOME, SqlNames.quote(home.schema()))
                        .replace(CatalogSql.APP, SqlNames.quote(app(home)))
                        .replace(
                                CatalogSql.MOVER,
                                SqlNames.quote(servers.login(server, DatabaseRole.MOVER)
                                        .user()))
                        .replace(
                                CatalogSql.OWNER,
                                SqlNames.quote(servers.login(server, DatabaseRole.OWNER)
                                        .user()));
    }
}
