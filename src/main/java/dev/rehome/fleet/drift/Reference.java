package dev.rehome.fleet.drift;

import dev.rehome.fleet.drift.CatalogReader.Fingerprint;
import dev.rehome.fleet.drift.CatalogReader.Subject;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What homes have to be like: one that the changelog has just made, described, and dropped again. Immutable. */
final class Reference {
    private final String level;
    private final Map<String, String> changesets;
    private final Kind own;
    private final Kind shared;

    /** Homes of tenants' own have policies that shared ones lack. */
    private record Kind(Fingerprint fingerprint, Map<CatalogEntry.Key, CatalogEntry> entries) {}

    private Reference(String level, Map<String, String> changesets, Kind own, Kind shared) {
        this.level = level;
        this.changesets = changesets;
        this.own = own;
        this.shared = shared;
    }

    /**
     * Makes one. It has one name for each fleet, so what a killed process has left of it is found and dropped by the next; two
     * processes take turns.
     *
     * @param database where it is made, for a moment
     */
    static Reference make(Homes homes, Servers servers, Database database) throws SQLException {
        // Roles are the server's, so the name must be another one for each of its databases.
        String name = "rehome_reference_" + Integer.toHexString(database.name().hashCode());
        Home home = new Home(Tier.SCHEMA, database, name);
        try (Connection connection = servers.open(database, "pg_catalog", DatabaseRole.OWNER, Drift.APPLICATION)) {
            try (PreparedStatement lock =
                    connection.prepareStatement("select pg_advisory_lock(hashtextextended(?, 0))")) {
                lock.setString(1, name);
                lock.execute();
            }
            homes.drop(home);
            try {
                homes.create(home);
                String mover =
                        servers.login(database.server(), DatabaseRole.MOVER).user();
                return read(new CatalogReader(connection, mover), new Subject(name, Homes.roleOf(home)));
            } finally {
                homes.drop(home);
            }
        }
    }

    private static Reference read(CatalogReader reader, Subject subject) throws SQLException {
        return new Reference(
                reader.levels(List.of(subject.schema())).getOrDefault(subject.schema(), ""),
                reader.changesets(subject.schema()),
                kind(reader, subject, false),
                kind(reader, subject, true));
    }

    private static Kind kind(CatalogReader reader, Subject subject, boolean asShared) throws SQLException {
        return new Kind(
                Objects.requireNonNull(
                        reader.fingerprints(List.of(subject), asShared).get(subject)),
                reader.entries(subject, asShared));
    }

    boolean isAtLevel(String other) {
        return level.equals(other);
    }

    /** What has to be run in a home, or to be run again in another form. */
    List<String> lacking(Map<String, String> ran) {
        return keysThatDiffer(changesets, ran);
    }

    /** What has run in a home only, or in another form. */
    List<String> further(Map<String, String> ran) {
        return ran.keySet().stream().filter(id -> !changesets.containsKey(id)).toList();
    }

    private static List<String> keysThatDiffer(Map<String, String> wanted, Map<String, String> given) {
        return wanted.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(given.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Kind of(Tier tier) {
        return tier == Tier.SHARED ? shared : own;
    }

    boolean isSame(Tier tier, Fingerprint fingerprint) {
        return of(tier).fingerprint().equals(fingerprint);
    }

    Map<CatalogEntry.Key, CatalogEntry> entries(Tier tier) {
        return of(tier).entries();
    }
}
