package dev.rehome.testkit;

import dev.rehome.testkit.Outcome.Verdict;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of a suite's attacks.
 *
 * @param notServed why the tenants could not even read their own rows, in which case nothing was attacked; else empty
 * @param results one for each attack and entity, in the order in which they were made
 */
public record AttackReport(List<String> notServed, List<Result> results) {

    /**
     * One attack on one entity.
     *
     * @param entity as HQL names it
     */
    public record Result(Attack attack, String entity, Outcome outcome) {
        @Override
        public String toString() {
            return attack.name() + " on " + entity + " " + outcome;
        }
    }

    public AttackReport {
        notServed = List.copyOf(notServed);
        results = List.copyOf(results);
    }

    /** Those that ended so. */
    public List<Result> with(Verdict verdict) {
        return results.stream()
                .filter(result -> result.outcome().verdict() == verdict)
                .toList();
    }

    /** The names of the attacks that reached something of the victim's on at least one entity, in their order. */
    public List<String> crossed() {
        return with(Verdict.CROSSED).stream()
                .map(result -> result.attack().name())
                .distinct()
                .toList();
    }

    /** By attack, in their order: the ways in which it ended, the worst first. */
    public Map<Attack, String> byAttack() {
        Map<Attack, List<Result>> grouped = results.stream()
                .collect(Collectors.groupingBy(Result::attack, LinkedHashMap::new, Collectors.toList()));
        Map<Attack, String> outcomes = new LinkedHashMap<>();
        grouped.forEach((attack, each) -> outcomes.put(attack, summary(each)));
        return outcomes;
    }

    private static String summary(List<Result> results) {
        boolean applies = results.stream().anyMatch(result -> result.outcome().verdict() != Verdict.NOT_APPLICABLE);
        return results.stream()
                .map(Result::outcome)
                .filter(outcome -> !applies || outcome.verdict() != Verdict.NOT_APPLICABLE)
                .sorted(Comparator.comparing(Outcome::verdict).reversed().thenComparing(Outcome::how))
                .map(Outcome::toString)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /**
     * Does nothing if every attack was refused or saw nothing.
     *
     * @throws AssertionError naming each attack that reached the victim's rows, or that failed by itself and so shows nothing
     */
    public void assertNothingCrossed() {
        if (!notServed.isEmpty()) {
            throw new AssertionError(
                    "Nothing was attacked, as the tenants are not served: " + String.join("; ", notServed));
        }
        List<Result> wrong = results.stream()
                .filter(result -> switch (result.outcome().verdict()) {
                    case CROSSED, BROKEN -> true;
                    case REFUSED, SAW_NOTHING, NOT_APPLICABLE -> false;
                })
                .toList();
        if (!wrong.isEmpty()) {
            throw new AssertionError(wrong.size() + " of " + results.size()
                    + " attacks of one tenant on another were not stopped:\n  "
                    + wrong.stream().map(Result::toString).collect(Collectors.joining("\n  ")));
        }
    }

    /** A table in Markdown. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder("| attack | tries to | outcome |\n| --- | --- | --- |\n");
        byAttack()
                .forEach((attack, outcome) -> table.append("| ")
                        .append(attack.name())
                        .append(" | ")
                        .append(attack.tries())
                        .append(" | ")
                        .append(outcome)
                        .append(" |\n"));
        return table.toString();
    }
}
