package dev.rehome.automation;

import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.placement.Database;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Counts the homes that are not at the newest level of the changelog. Brings none there: that is a run of its own. */
final class SurveyLevels implements Duty {
    static final String NAME = "survey levels";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().automation().levels();
    }

    @Override
    public String run(NodeTools tools, Watch watch) throws InterruptedException {
        Count count = new Count();
        tools.levelSurvey().look(count);
        return String.format(
                Locale.ROOT,
                "%,d homes: %,d not at the newest level; %,d databases behind, %,d not reached",
                count.homes,
                count.others,
                count.behind,
                count.unreachable);
    }

    private static final class Count implements LevelSurvey.Visitor {
        private long homes;
        private long others;
        private long behind;
        private long unreachable;

        @Override
        public void behind(Database database, List<String> missing) {
            behind++;
        }

        @Override
        public void homes(Collection<LevelSurvey.Look> looks) {
            homes += looks.size();
            others += looks.stream()
                    .filter(look -> !look.rendering().isUpToDate())
                    .count();
        }

        @Override
        public void unreachable(Database database, RehomeException reason) {
            unreachable++;
        }
    }
}
