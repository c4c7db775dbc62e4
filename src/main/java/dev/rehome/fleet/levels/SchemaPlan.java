package dev.rehome.fleet.levels;

import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.LevelSurvey.Look;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.schema.Level;
import dev.rehome.schema.Rendering;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which homes are at which level and what would run where. Immutable; as large as the number of levels and of databases that need
 * something.
 *
 * @param homes how many were looked at
 * @param upToDate how many of them are at the newest level
 * @param groups the homes that are not, by what is missing
 * @param databases those whose schema {@code rehome} is behind, with the changesets that it lacks
 * @param unreachable databases that could not be looked at, and why
 */
public record SchemaPlan(
        long homes,
        long upToDate,
        List<Group> groups,
        Map<Database, List<String>> databases,
        Map<Database, RehomeException> unreachable) {
    /**
     * Homes of a server and level.
     *
     * @param example one of them
     */
    public record Group(String server, Level level, long homes, Home example, Rendering rendering) {}

    public SchemaPlan {
        groups = List.copyOf(groups);
        databases = Map.copyOf(databases);
        unreachable = Map.copyOf(unreachable);
    }

    public boolean isNothingToDo() {
        return groups.isEmpty() && databases.isEmpty() && unreachable.isEmpty();
    }

    /** As things are now. */
    public static SchemaPlan of(LevelSurvey survey) throws InterruptedException {
        Collector collector = new Collector();
        survey.look(collector);
        return collector.plan();
    }

    private static final class Collector implements LevelSurvey.Visitor {
        private final Map<Rendering, Group> groups = new LinkedHashMap<>();
        private final Map<Database, List<String>> databases = new LinkedHashMap<>();
        private final Map<Database, RehomeException> unreachable = new LinkedHashMap<>();
        private long homes;
        private long upToDate;

        @Override
        public void behind(Database database, List<String> missing) {
            databases.put(database, missing);
        }

        @Override
        public void homes(Collection<Look> looks) {
            for (Look look : looks) {
                homes++;
                if (look.rendering().isUpToDate()) {
                    upToDate++;
                } else {
                    groups.merge(
                            look.rendering(),
                            new Group(look.home().database().server(), look.level(), 1, look.home(), look.rendering()),
                            (one, other) -> new Group(
                                    one.server(), one.level(), one.homes() + 1, one.example(), one.rendering()));
                }
            }
        }

        @Override
        public void unreachable(Database database, RehomeException reason) {
            unreachable.put(database, reason);
        }

        SchemaPlan plan() {
            return new SchemaPlan(homes, upToDate, new ArrayList<>(groups.values()), databases, unreachable);
        }
    }
}
