package dev.rehome.testkit;

import dev.rehome.placement.Tier;
import dev.rehome.testkit.Attack.Evidence;
import dev.rehome.testkit.Outcome.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the suite shows, as the page about isolation prints it. */
final class AttackTable {
    /** Stands where there is such a protection, and this run has left it where it is. */
    static final String NOT_TRIED = "…";

    private static final int MANY = 12;

    private final Map<Tier, AttackReport> untouched = new LinkedHashMap<>();
    private final Map<Removal, Map<Tier, AttackReport>> removed = new LinkedHashMap<>();

    void untouched(Tier tier, AttackReport report) {
        untouched.put(tier, report);
    }

    void removed(Removal removal, Tier tier, AttackReport report) {
        removed.computeIfAbsent(removal, key -> new LinkedHashMap<>()).put(tier, report);
    }

    /** The attacks that got across in at least one case. */
    Set<String> crossedSomewhere() {
        return removed.values().stream()
                .flatMap(byTier -> byTier.values().stream())
                .flatMap(report -> report.crossed().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Attacks that failed by themselves, which makes the table worthless. */
    List<String> broken() {
        return Stream.concat(
                        untouched.entrySet().stream().flatMap(entry -> broken("nothing", entry)),
                        removed.entrySet().stream()
                                .flatMap(each -> each.getValue().entrySet().stream()
                                        .flatMap(entry -> broken(each.getKey().toString(), entry))))
                .toList();
    }

    private static Stream<String> broken(String removal, Map.Entry<Tier, AttackReport> entry) {
        return entry.getValue().with(Verdict.BROKEN).stream()
                .map(result -> "without " + removal + " in " + entry.getKey() + ": " + result);
    }

    /** Attack by tier, with every protection in place. */
    String attacks() {
        StringBuilder table = new StringBuilder("| attack | tries to | seen by |");
        untouched.keySet().forEach(tier -> table.append(' ').append(tier).append(" |"));
        table.append("\n| --- | --- | --- |").append(" --- |".repeat(untouched.size()));
        for (Attack attack : AttackSuite.KNOWN) {
            table.append("\n| ")
                    .append(attack.name())
                    .append(" | ")
                    .append(attack.tries())
                    .append(" | ")
                    .append(evidence(attack.evidence()))
                    .append(" |");
            untouched
                    .values()
                    .forEach(report -> table.append(' ')
                            .append(report.byAttack().get(attack))
                            .append(" |"));
        }
        return table.append('\n').toString();
    }

    private static String evidence(Evidence evidence) {
        return evidence.name().toLowerCase(Locale.ROOT);
    }

    /** Removal by tier: which attacks get across. */
    String removals() {
        StringBuilder table = new StringBuilder("| taken away |");
        untouched.keySet().forEach(tier -> table.append(' ').append(tier).append(" |"));
        table.append(" remark |\n| --- |")
                .append(" --- |".repeat(untouched.size()))
                .append(" --- |");
        removed.forEach((removal, byTier) -> {
            table.append("\n| ").append(removal).append(" |");
            for (Tier tier : untouched.keySet()) {
                AttackReport report = byTier.get(tier);
                String without = removal.isIn(tier) ? NOT_TRIED : "–";
                table.append(' ')
                        .append(report == null ? without : across(report))
                        .append(" |");
            }
            table.append(' ').append(removal.remark()).append(" |");
        });
        return table.append('\n').toString();
    }

    private static String across(AttackReport report) {
        if (!report.notServed().isEmpty()) {
            return "nothing: nobody is served";
        }
        List<String> crossed = report.crossed();
        if (crossed.isEmpty()) {
            return "nothing";
        }
        String count = crossed.size() > MANY ? "**" + crossed.size() + " attacks**: " : "";
        return count + String.join(", ", crossed);
    }
}
