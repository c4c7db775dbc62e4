package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.dashboard.HomeView;
import dev.rehome.fleet.levels.HomeResult;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.fleet.levels.SchemaPlan;
import dev.rehome.fleet.levels.SchemaPlan.Group;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How levels and runs are shown. */
final class SchemaViews {
    private SchemaViews() {}

    /** @param ordinaryBecause why each home needs a run of Liquibase of its own; absent if the SQL is replayed */
    record GroupView(
            String server,
            String level,
            long homes,
            HomeView example,
            List<String> changesets,
            @Nullable String ordinaryBecause,
            @Nullable String sql) {
        static GroupView of(Group group, boolean withSql) {
            return new GroupView(
                    group.server(),
                    group.level().toString(),
                    group.homes(),
                    HomeView.of(group.example()),
                    missing(group),
                    group.rendering().ordinaryBecause().orElse(null),
                    withSql && group.rendering().ordinaryBecause().isEmpty()
                            ? group.rendering().sql(group.example().schema())
                            : null);
        }
    }

    record PlanView(
            long homes,
            long upToDate,
            List<GroupView> groups,
            Map<String, List<String>> databases,
            Map<String, String> unreachable) {
        static PlanView of(SchemaPlan plan, boolean withSql) {
            Map<String, List<String>> databases = new TreeMap<>();
            plan.databases().forEach((database, missing) -> databases.put(database.toString(), missing));
            Map<String, String> unreachable = new TreeMap<>();
            plan.unreachable().forEach((database, why) -> unreachable.put(database.toString(), why.getMessage()));
            return new PlanView(
                    plan.homes(),
                    plan.upToDate(),
                    plan.groups().stream()
                            .map(group -> GroupView.of(group, withSql))
                            .toList(),
                    databases,
                    unreachable);
        }
    }

    record FailureView(HomeView home, String reason) {
        static FailureView of(HomeResult result) {
            return new FailureView(HomeView.of(result.home()), result.reason().orElse(""));
        }
    }

    /** @param counts homes by state */
    record RunView(
            String run, boolean ended, Map<State, Long> counts, List<FailureView> firstFailures, double seconds) {
        static RunView of(RunReport report) {
            return new RunView(
                    report.run().toString(),
                    report.ended(),
                    new TreeMap<>(report.counts()),
                    report.failures().stream().map(FailureView::of).toList(),
                    report.duration().toMillis() / 1000.0);
        }
    }

    private static List<String> missing(Group group) {
        return group.rendering().changesets().stream().map(Object::toString).toList();
    }

    static String text(SchemaPlan plan, boolean withSql) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%,d homes, %,d at the newest level%n", plan.homes(), plan.upToDate()));
        plan.databases()
                .forEach((database, missing) -> text.append("database ")
                        .append(database)
                        .append(": schema rehome lacks ")
                        .append(missing)
                        .append('\n'));
        for (Group group : plan.groups()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,d homes of server %s at level %s, such as %s: %s%n    %s%n",
                    group.homes(),
                    group.server(),
                    group.level(),
                    group.example(),
                    missing(group),
                    group.rendering()
                            .ordinaryBecause()
                            .map(reason -> "by Liquibase in each home, as " + reason)
                            .orElse("rendered once and replayed")));
            if (withSql && group.rendering().ordinaryBecause().isEmpty()) {
                text.append(group.rendering().sql(group.example().schema())).append('\n');
            }
        }
        plan.unreachable().values().forEach(why -> text.append(why.getMessage()).append('\n'));
        return text.toString().stripTrailing();
    }

    /** One line, with the first failures at its end. */
    static String summary(RunReport report) {
        String line = String.format(
                Locale.ROOT,
                "%,d homes done, %,d failed, %,d skipped as they are in a move, %,d not begun%s",
                report.count(State.DONE),
                report.count(State.FAILED),
                report.count(State.SKIPPED),
                report.count(State.PENDING) + report.count(State.RUNNING),
                report.count(State.ROLLED_BACK) == 0
                        ? ""
                        : String.format(Locale.ROOT, ", %,d taken back", report.count(State.ROLLED_BACK)));
        if (!report.duration().isZero()) {
            line += ", in " + ProgressText.of(report.duration());
        }
        return report.failures().stream()
                .map(failure -> failure.home() + ": "
                        + failure.reason().orElse("").lines().findFirst().orElse(""))
                .collect(Collectors.joining(" | ", report.failures().isEmpty() ? line : line + ": ", ""));
    }
}
