package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.cost.Cost;
import dev.rehome.dashboard.HomeView;
import dev.rehome.move.MoveId;
import dev.rehome.placement.Home;
import dev.rehome.strategy.LeftTenant;
import dev.rehome.strategy.Plan;
import dev.rehome.strategy.PlanLine;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plan, for people and for scripts. */
final class PlanViews {
    private static final String INDENT = "    ";
    private static final int NARROWEST = 60;

    private PlanViews() {}

    record LineView(
            String id,
            String tenant,
            HomeView from,
            HomeView to,
            String reasonKind,
            String reason,
            @Nullable Long bytes,
            @Nullable Long expectedMillis,
            @Nullable Long expectedPauseMillis,
            String expectedBy,
            Cost costBefore,
            Cost costAfter,
            String wishedSince,
            String state,
            @Nullable String by,
            @Nullable String moveId,
            @Nullable String failure) {
        static LineView of(PlanLine line) {
            return new LineView(
                    line.id().toString(),
                    line.tenant().toString(),
                    HomeView.of(line.source().home()),
                    HomeView.of(line.target()),
                    line.reason().kind().name(),
                    line.reason().text(),
                    line.bytes().isPresent() ? line.bytes().getAsLong() : null,
                    line.expected().untilServed().map(Duration::toMillis).orElse(null),
                    line.expected().pause().map(Duration::toMillis).orElse(null),
                    line.expected().basis(),
                    line.before(),
                    line.after(),
                    line.wishedSince().toString(),
                    line.state().name(),
                    line.by().orElse(null),
                    line.move().map(MoveId::toString).orElse(null),
                    line.failure().orElse(null));
        }
    }

    record LeftView(String tenant, String kind, String reason) {}

    record PlanView(
            String madeAt,
            String by,
            int tenants,
            String currency,
            Cost costNow,
            Cost costAfter,
            Cost costOfDatabases,
            BigDecimal savingPercentNow,
            BigDecimal savingPercentAfter,
            List<LineView> lines,
            List<LeftView> left) {
        static PlanView of(Plan plan) {
            return new PlanView(
                    plan.madeAt().toString(),
                    plan.by(),
                    plan.tenants(),
                    plan.cost().currency(),
                    plan.cost().now(),
                    plan.cost().after(),
                    plan.cost().databases(),
                    plan.cost().savingPercentNow(),
                    plan.cost().savingPercentAfter(),
                    plan.lines().stream().map(LineView::of).toList(),
                    plan.left().stream()
                            .map(left -> new LeftView(
                                    left.tenant().toString(), left.kind().name(), left.text()))
                            .toList());
        }
    }

    /**
     * For a terminal of so many columns.
     *
     * @param most lines that are shown
     * @param allLeft whether each tenant that is left is named, or only counted
     */
    static String text(Plan plan, int width, int most, boolean allLeft) {
        StringBuilder text = new StringBuilder();
        if (!plan.lines().isEmpty()) {
            text.append(String.format(Locale.ROOT, "%-36s  %-20s %8s %8s%n", "tenant", "from -> to", "time", "pause"));
        }
        plan.lines().stream()
                .limit(most)
                .forEach(line -> text.append(line(line, plan.cost().currency(), width)));
        if (plan.lines().size() > most) {
            text.append(String.format(
                    Locale.ROOT, "... and %,d more (--limit)%n", plan.lines().size() - most));
        }
        long running = plan.lines().stream()
                .filter(line -> line.state() == PlanLine.State.RUNNING)
                .count();
        text.append(String.format(
                Locale.ROOT,
                "%,d tenants, %,d to be moved%s: %s %s a month now, %s after that.%n",
                plan.tenants(),
                plan.lines().size() - running,
                running == 0 ? "" : String.format(Locale.ROOT, ", %,d under way", running),
                range(plan.cost().now()),
                plan.cost().currency(),
                range(plan.cost().after())));
        left(plan, width, allLeft).forEach(line -> text.append(line).append('\n'));
        return text.append("Made ")
                .append(plan.madeAt().truncatedTo(ChronoUnit.SECONDS))
                .append(" for ")
                .append(plan.by())
                .append('.')
                .toString();
    }

    private static String line(PlanLine line, String currency, int width) {
        Home from = line.source().home();
        Home to = line.target();
        String servers = from.database().server().equals(to.database().server())
                ? ""
                : "; server " + from.database().server() + " -> "
                        + to.database().server();
        String decided = line.by().map(who -> " by " + who).orElse("");
        String failure = line.failure().map(reason -> ": " + reason).orElse("");
        return String.format(
                        Locale.ROOT,
                        "%-36s  %-20s %8s %8s%n",
                        line.tenant(),
                        from.tier() + " -> " + to.tier(),
                        line.expected().untilServed().map(ProgressText::of).orElse("?"),
                        line.expected().pause().map(ProgressText::of).orElse("?"))
                + wrapped(
                        line.reason().kind() + ": " + line.reason().text() + servers + "; " + range(line.before())
                                + " -> " + range(line.after()) + " " + currency + " a month; " + line.state() + decided
                                + failure,
                        width);
    }

    private static List<String> left(Plan plan, int width, boolean all) {
        if (all) {
            return plan.left().stream()
                    .map(left -> left.tenant() + "  stays\n"
                            + wrapped(left.kind() + ": " + left.text(), width).stripTrailing())
                    .toList();
        }
        Map<LeftTenant.Kind, Long> kinds = plan.left().stream()
                .collect(Collectors.groupingBy(LeftTenant::kind, TreeMap::new, Collectors.counting()));
        return kinds.entrySet().stream()
                .sorted(Map.Entry.<LeftTenant.Kind, Long>comparingByValue(Comparator.reverseOrder()))
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%,d stay: %s, as in: %s",
                        entry.getValue(),
                        entry.getKey(),
                        plan.left().stream()
                                .filter(left -> left.kind() == entry.getKey())
                                .findFirst()
                                .map(left -> left.tenant() + " " + left.text())
                                .orElse("")))
                .toList();
    }

    /** Breaks between words; ends with a line break. */
    private static String wrapped(String text, int width) {
        int room = Math.max(NARROWEST, width) - INDENT.length();
        StringBuilder wrapped = new StringBuilder();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > room) {
                wrapped.append(INDENT).append(line).append('\n');
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        return wrapped.append(INDENT).append(line).append('\n').toString();
    }

    static String range(Cost cost) {
        return String.format(Locale.ROOT, "%,.2f-%,.2f", cost.low(), cost.high());
    }
}
