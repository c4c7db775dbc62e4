package dev.rehome.schema;

import dev.rehome.schema.Levels.Ran;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import liquibase.ChecksumVersion;
import liquibase.change.AbstractSQLChange;
import liquibase.change.Change;
import liquibase.change.CheckSum;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ResourceAccessor;
import org.jspecify.annotations.Nullable;

/**
 * The changesets of a changelog of ours, read once for all databases: those that mention a database's name get it put in
 * later. Thread-safe.
 */
final class WantedChangesets {
    /** Stands for the name of a database. */
    private static final String PLACEHOLDER = "rehome_placeholder_database";

    private static final int FINGERPRINT_LENGTH = 12;

    private static final ConcurrentMap<Key, WantedChangesets> KNOWN = new ConcurrentHashMap<>();

    private final Changelog changelog;
    private final List<ChangeSet> changesets;
    /** The SQL of the changes that mention the database's name, with the placeholder. */
    private final Map<AbstractSQLChange, String> perDatabase = new LinkedHashMap<>();

    private record Key(Changelog changelog, Map<String, String> parameters) {}

    private WantedChangesets(Changelog changelog, List<ChangeSet> changesets) {
        this.changelog = changelog;
        this.changesets = changesets;
        for (ChangeSet changeset : changesets) {
            for (Change change : changeset.getChanges()) {
                if (change instanceof AbstractSQLChange sql
                        && String.valueOf(sql.getSql()).contains(PLACEHOLDER)) {
                    perDatabase.put(sql, String.valueOf(sql.getSql()));
                }
            }
        }
    }

    static WantedChangesets of(Changelog changelog, Map<String, String> parameters) {
        Map<String, String> general = new HashMap<>(parameters);
        general.replace(Renderings.DATABASE_NAME, PLACEHOLDER);
        Key key = new Key(changelog, Map.copyOf(general));
        WantedChangesets known = KNOWN.get(key);
        if (known == null) {
            try {
                known = new WantedChangesets(
                        changelog, LiquibaseTurn.take(changelog.resource(), () -> parse(changelog, general)));
            } catch (Exception e) {
                throw changelog.unreadable(e);
            }
            KNOWN.put(key, known);
        }
        return known;
    }

    private static List<ChangeSet> parse(Changelog changelog, Map<String, String> parameters) throws Exception {
        ChangeLogParameters values = new ChangeLogParameters();
        parameters.forEach(values::set);
        ResourceAccessor accessor = LiquibaseTurn.accessor(changelog.resource());
        return ChangeLogParserFactory.getInstance()
                .getParser(changelog.resource(), accessor)
                .parse(changelog.resource(), values, accessor)
                .getChangeSets();
    }

    /** The ids of those that are not among the ran ones, or in another form. */
    List<String> missing(List<Ran> ran, String databaseName) {
        Map<String, @Nullable String> checksums = new HashMap<>();
        ran.forEach(row -> checksums.put(row.id(), row.checksum()));
        try {
            return LiquibaseTurn.take(changelog.resource(), () -> {
                List<String> missing = new ArrayList<>();
                for (ChangeSet changeset : changesets) {
                    nameDatabase(changeset, databaseName);
                    if (!checksums.containsKey(changeset.getId())
                            || !isSameForm(changeset, checksums.get(changeset.getId()))) {
                        missing.add(changeset.getId());
                    }
                }
                return missing;
            });
        } catch (Exception e) {
            throw changelog.unreadable(e);
        }
    }

    /** A short hash of all changesets, whatever the database's name. */
    String fingerprint() {
        try {
            return LiquibaseTurn.take(changelog.resource(), () -> {
                StringBuilder all = new StringBuilder();
                for (ChangeSet changeset : changesets) {
                    nameDatabase(changeset, PLACEHOLDER);
                    all.append(changeset.getId())
                            .append(' ')
                            .append(changeset.generateCheckSum(ChecksumVersion.latest()))
                            .append('\n');
                }
                String checksum = CheckSum.compute(all.toString()).toString();
                return checksum.substring(checksum.indexOf(':') + 1).substring(0, FINGERPRINT_LENGTH);
            });
        } catch (Exception e) {
            throw changelog.unreadable(e);
        }
    }

    private void nameDatabase(ChangeSet changeset, String databaseName) {
        for (Change change : changeset.getChanges()) {
            String sql = change instanceof AbstractSQLChange known ? perDatabase.get(known) : null;
            if (sql != null) {
                ((AbstractSQLChange) change).setSql(sql.replace(PLACEHOLDER, databaseName));
                changeset.clearCheckSum();
            }
        }
    }

    private static boolean isSameForm(ChangeSet changeset, @Nullable String checksum) {
        return checksum == null
                || CheckSum.parse(checksum)
                        .equals(changeset.generateCheckSum(ChecksumVersion.enumFromChecksumVersion(
                                CheckSum.parse(checksum).getVersion())));
    }
}
