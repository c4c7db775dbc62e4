package dev.rehome.cli;

import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.fleet.drift.Difference;
import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.drift.HomeDrift;
import dev.rehome.fleet.drift.HomeDrift.AtAnotherLevel;
import dev.rehome.fleet.drift.HomeDrift.Drifted;
import dev.rehome.fleet.drift.HomeDrift.NotSeen;
import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Looks whether the tables of every home are as the changelog makes them. */
@Command(
        name = "drift",
        description = {
            "Compares the tables, columns, types, defaults, keys, indexes, policies, triggers and rights of every home with those of"
                    + " a home that the changelog has just made, and prints the statements that mend each difference. Mends"
                    + " nothing. Homes at another level of the changelog are named, and not compared.",
            "Exit status 0 if no home has drifted, 1 if one has or could not be looked at."
        })
final class DriftCommand extends OperatorCommand {
    record DriftedView(String home, List<Difference> differences) {}

    record LevelView(String home, List<String> lacks, List<String> further) {}

    record NotSeenView(String home, String problem) {}

    /** @param same homes that are as the reference */
    record DriftView(
            int homes, int same, List<DriftedView> drifted, List<LevelView> atAnotherLevel, List<NotSeenView> notSeen) {
        DriftView() {
            this(0, 0, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        DriftView of(Drift.Summary summary) {
            return new DriftView(summary.homes(), summary.same(), drifted, atAnotherLevel, notSeen);
        }
    }

    /** Shows and keeps what is found. */
    private final class Found implements Drift.Listener {
        private final CountDisplay display;
        private final DriftView view = new DriftView();
        private final List<String> problems = new ArrayList<>();

        Found(CountDisplay display) {
            this.display = display;
        }

        @Override
        public void looked(int done, int total) {
            display.show(done, total);
        }

        /** For people at once: there may be more than anybody wants to keep. */
        @Override
        public void found(HomeDrift drift) {
            if (problems.size() < FleetChecks.MOST_PROBLEMS) {
                drift.finding().ifPresent(problems::add);
            }
            if (!json()) {
                out().print(text(drift));
                out().flush();
            } else if (drift instanceof Drifted drifted) {
                view.drifted().add(new DriftedView(drift.home().toString(), drifted.differences()));
            } else if (drift instanceof AtAnotherLevel other) {
                view.atAnotherLevel().add(new LevelView(drift.home().toString(), other.lacks(), other.further()));
            } else if (drift instanceof NotSeen notSeen) {
                view.notSeen().add(new NotSeenView(drift.home().toString(), notSeen.problem()));
            }
        }
    }

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        try (CountDisplay display = new CountDisplay(err(), "homes")) {
            Found found = new Found(display);
            Drift.Summary summary = tools.drift().find(found);
            tools.checks()
                    .keep(
                            FleetCheck.Kind.DRIFT,
                            OperatorTools.operator(),
                            summary.homes(),
                            summary.drifted() + summary.notSeen(),
                            found.problems);
            print(found.view.of(summary), text(summary));
            return summary.drifted() + summary.notSeen() == 0 ? 0 : BAD_RESULT;
        }
    }

    private static String text(HomeDrift drift) {
        StringBuilder text = new StringBuilder();
        if (drift instanceof Drifted drifted) {
            text.append("home ").append(drift.home()).append(" has drifted:\n");
            for (Difference difference : drifted.differences()) {
                text.append("  ")
                        .append(difference.problem())
                        .append(difference.losesData() ? ". Mend it (this drops data):\n    " : ". Mend it:\n    ")
                        .append(difference.mend())
                        .append(";\n");
            }
        } else if (drift instanceof AtAnotherLevel other) {
            text.append("home ").append(drift.home()).append(" is at another level:");
            if (!other.lacks().isEmpty()) {
                text.append(" it lacks ").append(String.join(", ", other.lacks()));
            }
            if (!other.further().isEmpty()) {
                text.append(other.lacks().isEmpty() ? "" : ",")
                        .append(" it has ")
                        .append(String.join(", ", other.further()));
            }
            text.append('\n');
        } else if (drift instanceof NotSeen notSeen) {
            text.append("home ")
                    .append(drift.home())
                    .append(" was not looked at: ")
                    .append(notSeen.problem())
                    .append('\n');
        }
        return text.toString();
    }

    private static String text(Drift.Summary summary) {
        return String.format(
                Locale.ROOT,
                "%,d homes: %,d as the changelog makes them, %,d drifted, %,d at another level, %,d not looked at.",
                summary.homes(),
                summary.same(),
                summary.drifted(),
                summary.atAnotherLevel(),
                summary.notSeen());
    }
}
